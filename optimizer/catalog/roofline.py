"""Estimate serving with a roofline: rate, power, memory and time to first token.

In each step, a copy of the model makes one token for every request of its batch.  It reads the
weights that the batch uses and the caches of the requests, computes, and handles each request::

    seconds per step = (bytes read / bandwidth + operations / peak) / share reached
                       + overhead * batch
    tokens/s         = copies * batch / seconds per step

Bandwidth and peak are those of the accelerators that hold the copy.  Williams, Waterman and
Patterson (2009) overlap memory access and compute; here they are sequential, which is
conservative.  ``docs/catalog.md`` compares the estimate with measurements.
"""

from dataclasses import dataclass
from typing import Final

from optimizer.schema.catalog import Hardware, Model
from optimizer.units import (
    BITS_PER_BYTE,
    FLOP_PER_MULTIPLY_ADD,
    GFLOP_PER_TFLOP,
    KB_PER_GB,
    MFLOP_PER_GFLOP,
    MS_PER_S,
)

CONTEXT_TOKENS: Final = 1000
"""Average tokens of context in the cache of a request.  ESTIMATED: ServeGen's means are 1,023
tokens in and 162 out for a large language model, 1,377 and 1,502 for a reasoning model."""

REQUEST_OVERHEAD_S: Final = 25e-6
"""Scheduling and sampling of one request in one step.  ESTIMATED to match the measured rate of
the 1B model at a batch of 512, of which memory access and compute explain only a quarter."""

MIXTURE_SHARE: Final = 0.35
"""Share of a dense model's rate that a mixture of experts reaches, since accelerators with
different experts wait for each other.  ESTIMATED from one measured pair, DeepSeek-V3 on a B200
node."""

POWER_SHARE: Final = 0.87
"""Power while serving, as a share of the range from idle to loaded.  ESTIMATED: the mean over the
rows with a source for dense models larger than 1B."""

FIRST_TOKEN_OVERHEAD_MS: Final = 50.0
"""Scheduling and tokenising before the first token.  ESTIMATED."""

MEMORY_FILLED: Final = 0.95
"""Share of a unit's memory for weights and cache; the rest is for activations.
ESTIMATED: vLLM fills 0.9 by default."""

WEIGHT_BITS: Final = {"bf16": 16.0, "FP8": 8.0, "FP4": 4.5, "Q4": 4.5}
"""Bits per weight by number format; scales add half a bit to 4-bit formats."""


@dataclass(frozen=True)
class Estimate:
    """Roofline estimate of a model on one unit of hardware.

    Attributes
    ----------
    tokens_per_s : float
        Raw output tokens per second of the unit.
    loaded_w : float
        Wall power of the unit at that rate, W.
    memory_gb : float
        Weights and cache of all copies of the model on the unit, GB.
    ttft_ms : float
        Time to first token without queueing or network, ms.
    fits : bool
        Whether one copy fits in the memory of the unit.
    """

    tokens_per_s: float
    loaded_w: float
    memory_gb: float
    ttft_ms: float
    fits: bool


def estimate(
    model: Model,
    hardware: Hardware,
    *,
    batch: int,
    precision: str,
    context: int = CONTEXT_TOKENS,
) -> Estimate:
    """Estimate serving of a model on a type of hardware.

    Parameters
    ----------
    model, hardware
        Rows of the catalog, with the figures that the roofline needs.
    batch : int
        Requests served together by one copy of the model.
    precision : {"bf16", "FP8", "FP4", "Q4"}
        Number format of the weights; the cache is kept at 16 bits.
    context : int
        Average tokens of context in the cache of a request.

    Raises
    ------
    ValueError
        If a row lacks a figure, or the format is unknown.
    """
    bandwidth, share = hardware.memory_bandwidth_gb_per_s, hardware.roofline_share
    peak_16 = hardware.peak_16bit_tflop_per_s
    if bandwidth is None or share is None or peak_16 is None:
        message = "memory_bandwidth_gb_per_s, peak_16bit_tflop_per_s and roofline_share"
        raise ValueError(f"{hardware.id} lacks one of {message}")
    bits = weight_bits(precision)
    reached = share if _dense(model) else share * MIXTURE_SHARE
    peak = _peak_tflop_per_s(hardware, precision, peak_16) * GFLOP_PER_TFLOP
    cache = batch * context * _cache_gb_per_token(model)
    read = _touched_params_b(model, batch) * _gb_per_param_b(bits) + cache * model.attention_share
    copy_gb = model.total_params_b * _gb_per_param_b(bits) + cache
    copies = 1 if batch == 1 else _copies(copy_gb, hardware)
    work_s = read / bandwidth + batch * gflop_per_token(model, context) / peak
    step_s = work_s * copies / reached + batch * REQUEST_OVERHEAD_S
    prompt_s = context * gflop_per_token(model, context / 2) / peak * copies / reached
    return Estimate(
        tokens_per_s=copies * batch / step_s,
        loaded_w=hardware.idle_w + POWER_SHARE * (hardware.loaded_w - hardware.idle_w),
        memory_gb=copies * copy_gb,
        ttft_ms=(prompt_s + step_s) * MS_PER_S + FIRST_TOKEN_OVERHEAD_MS,
        fits=copy_gb <= MEMORY_FILLED * hardware.memory_gb,
    )


def weight_bits(precision: str) -> float:
    """Return the bits per weight of a number format, the start of a precision (``Q4_K_M``)."""
    for name, bits in WEIGHT_BITS.items():
        if precision.startswith(name) or (name == "Q4" and precision.startswith("4-bit")):
            return bits
    raise ValueError(f"unknown number format {precision!r}; known are {', '.join(WEIGHT_BITS)}")


def bits_that_fit(
    model: Model, hardware: Hardware, *, batch: int = 1, context: int = CONTEXT_TOKENS
) -> float:
    """Return the bits per weight at which a model just fits a unit; below 0 if it never does."""
    cache = batch * context * _cache_gb_per_token(model)
    return (MEMORY_FILLED * hardware.memory_gb - cache) / _gb_per_param_b(1) / model.total_params_b


def gflop_per_token(model: Model, context: float) -> float:
    """Return the operations for a new token with this many tokens of context, GFLOP."""
    attention = model.attention_mflop_per_context_token * context * model.attention_share
    return FLOP_PER_MULTIPLY_ADD * model.active_params_b + attention / MFLOP_PER_GFLOP


def attention_share_of_compute(model: Model, context: float) -> float:
    """Return the share of attention in the operations for a new token."""
    whole = gflop_per_token(model, context)
    return 1 - FLOP_PER_MULTIPLY_ADD * model.active_params_b / whole


def _dense(model: Model) -> bool:
    return model.active_params_b >= model.total_params_b - model.lookup_params_b


def _gb_per_param_b(bits: float) -> float:
    """GB per billion parameters (a billion bytes are a GB)."""
    return bits / BITS_PER_BYTE


def _cache_gb_per_token(model: Model) -> float:
    if model.cache_kb_per_token is None:
        raise ValueError(f"{model.id} lacks cache_kb_per_token")
    return model.cache_kb_per_token / KB_PER_GB


def _touched_params_b(model: Model, batch: int) -> float:
    """Parameters read in one step of a batch, billions.

    Each token of the batch uses its own active share; parameters that none uses are not read.
    """
    computed = model.total_params_b - model.lookup_params_b
    return computed * (1 - (1 - model.active_params_b / computed) ** batch)


def _peak_tflop_per_s(hardware: Hardware, precision: str, peak_16: float) -> float:
    """Peak rate for a number format; 4-bit files of llama.cpp are computed at 16 bits."""
    peak_8 = hardware.peak_8bit_tflop_per_s or peak_16
    if precision == "FP8":
        return peak_8
    if precision == "FP4":
        return hardware.peak_4bit_tflop_per_s or peak_8
    return peak_16


def _copies(copy_gb: float, hardware: Hardware) -> int:
    """Copies of the model on a unit, each on the fewest accelerators that hold it."""
    share = hardware.accelerators_per_unit
    while share > 1 and copy_gb > MEMORY_FILLED * hardware.memory_gb / share:
        share //= 2
    return share
