namespace Parsimony.Sandbox.Model;

/// <summary>A simulated embedding: words and letter triples hashed to a unit vector, so similar texts lie near each other.</summary>
internal static class HashEmbedding
{
    private const float WordWeight = 1f;
    private const float TripleWeight = 0.25f;

    public static float[] Embed(string text, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        var vector = new float[dimensions];
        var lower = text.ToLowerInvariant().AsSpan();
        var start = -1;
        for (var i = 0; i <= lower.Length; i++)
        {
            if (i < lower.Length && char.IsLetterOrDigit(lower[i]))
            {
                start = start < 0 ? i : start;
                continue;
            }

            if (start >= 0)
                AddWord(vector, lower[start..i]);
            start = -1;
        }

        if (!Normalize(vector))
            vector[(int)(StableHash.Of(text) % (ulong)dimensions)] = 1f;
        return vector;
    }

    private static void AddWord(float[] vector, ReadOnlySpan<char> word)
    {
        Add(vector, StableHash.Of(word), WordWeight);
        for (var i = 0; i + 3 <= word.Length; i++)
            Add(vector, StableHash.Of(word.Slice(i, 3), seed: 3), TripleWeight);
    }

    // Four places per feature with signs: collisions between unrelated words cancel out on average.
    private static void Add(float[] vector, ulong hash, float weight)
    {
        for (var place = 0; place < 4; place++)
        {
            hash = StableHash.Mix(hash + (ulong)place);
            var index = (int)((hash >> 1) % (ulong)vector.Length);
            vector[index] += (hash & 1) == 0 ? weight : -weight;
        }
    }

    private static bool Normalize(float[] vector)
    {
        var square = 0d;
        foreach (var value in vector)
            square += (double)value * value;
        if (square <= 0)
            return false;
        var scale = (float)(1 / Math.Sqrt(square));
        for (var i = 0; i < vector.Length; i++)
            vector[i] *= scale;
        return true;
    }
}
