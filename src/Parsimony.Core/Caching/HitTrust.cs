namespace Parsimony;

/// <summary>How much of what was thought to be cached the provider really had, of late: caches are best effort.</summary>
internal sealed class HitTrust
{
    // As many hits are taken for kept before anything is measured, and what is long ago counts less.
    private const double Prior = 8;
    private const double Fading = 0.98;

    // One try in about fifteen calls.
    private const double Forgetting = 0.998;

    private double _promised;
    private double _kept;

    /// <summary>The share, 0-1; 1 before anything is measured.</summary>
    public double Share => (_kept + Prior) / (_promised + Prior);

    /// <summary>The share that is reckoned with, 0-1, where something less than all is believed before anything is measured.</summary>
    public double ShareFrom(double prior) => (_kept + (Prior * prior)) / (_promised + Prior);

    /// <summary>A hit was expected.</summary>
    /// <param name="found">What share of its tokens was read.</param>
    public void Note(double found)
    {
        _promised = (_promised * Fading) + 1;
        // Sizes are estimates: what was read for the most part was there.
        _kept = (_kept * Fading) + (found >= 0.7 ? 1 : found);
    }

    /// <summary>Time passes without anything being asked: after a while it is tried again.</summary>
    public void Fade()
    {
        _promised *= Forgetting;
        _kept *= Forgetting;
    }
}
