"""Writes NPY and NPZ files as NumPy does: npy_files.py DIRECTORY"""
import os
import sys
import numpy as np

directory = sys.argv[1]
os.makedirs(directory, exist_ok=True)


def path(name):
    return os.path.join(directory, name)


for kind in ("b1", "u1", "i1", "i2", "i4", "i8", "f2", "f4", "f8"):
    np.save(path(f"{kind}.npy"), np.arange(6).reshape(2, 3).astype(kind))
for kind in (">i2", ">i4", ">i8", ">f4", ">f8"):
    np.save(path(f"big_{kind[1:]}.npy"), np.arange(6).reshape(2, 3).astype(kind))
np.save(path("fortran.npy"), np.asfortranarray(np.arange(24, dtype="f4").reshape(2, 3, 4)))
np.save(path("scalar.npy"), np.array(2.5))
np.save(path("vector.npy"), np.arange(3))
np.save(path("empty.npy"), np.zeros((0, 3), "f4"))
np.save(path("object.npy"), np.array([{"a": 1}], dtype=object), allow_pickle=True)
np.save(path("complex.npy"), np.array([1j]))
np.save(path("structured.npy"), np.zeros(2, dtype=[("x", "f4"), ("y", "i4")]))
np.save(path("text.npy"), np.array(["ab"]))
with open(path("version2.npy"), "wb") as file:
    np.lib.format.write_array(file, np.arange(3.0), version=(2, 0))
np.savez(path("plain.npz"), a=np.arange(4, dtype="f4"), b=np.eye(2))
np.savez_compressed(path("compressed.npz"), a=np.arange(4, dtype="i4"), zeros=np.zeros((100, 100)))
print(len(os.listdir(directory)), "files")
