CLOSE moved
