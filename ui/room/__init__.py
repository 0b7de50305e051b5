"""The class, as pages have it: who this visitor is in it, the ribbon, the teacher's board."""
