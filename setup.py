"""Put instances/ into the package, which pyproject.toml cannot express.

The shipped instances are beside the package in a checkout and inside it, as
`optimizer/instances`, in a wheel; `optimizer init` copies its templates from there.
"""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["optimizer", "optimizer.*"]), "optimizer.instances"],
    package_dir={"optimizer.instances": "instances"},
)
