UPDATE pages p SET codec = n.codec, raw_bytes = n.raw_bytes, data = n.data
FROM unnest(@codecs, @raw_bytes, @data, @ids) n (codec, raw_bytes, data, id)
WHERE p.id = n.id
