namespace Parsimony.Engine;

/// <summary>A queued request that could be sent now.</summary>
/// <param name="Sequence">Its row number.</param>
/// <param name="ProfileNumber">The number of its profile.</param>
/// <param name="Since">Since when it waits for its turn.</param>
internal readonly record struct WaitingSend(long Sequence, long ProfileNumber, DateTimeOffset Since)
{
    /// <summary>Rows a claim looks at, of which it takes a few: enough to see who else waits behind the oldest.</summary>
    internal const int Window = 64;

    /// <summary>Profiles a claim looks at beyond the window, in rotation, when more wait than fit into it.</summary>
    internal const int Profiles = 16;

    /// <summary>Times it turns on to further profiles when none of those it saw may be sent.</summary>
    internal const int Rotations = 16;
}
