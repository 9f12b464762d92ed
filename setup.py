"""The part of the build that pyproject.toml cannot say: instances/ goes into the package too.

The shipped instances lie beside the package in a checkout, and inside it, as `optimizer/instances`,
in a wheel: `optimizer init` takes its templates from there.
"""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["optimizer", "optimizer.*"]), "optimizer.instances"],
    package_dir={"optimizer.instances": "instances"},
)
