namespace Parsimony;

/// <summary>Waiting to see when a prefix is used again.</summary>
/// <param name="features">What was known when it was asked.</param>
/// <param name="askedAt">When, in seconds.</param>
internal sealed class ReuseQuestion(int[] features, double askedAt)
{
    public int[] Features => features;

    public double AskedAt => askedAt;

    /// <summary>How many steps of waiting time have been learnt from.</summary>
    public int Step { get; set; }

    public bool IsClosed { get; set; }
}
