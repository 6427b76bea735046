namespace Parsimony.Engine;

/// <summary>One duty of the engine: a loop around <see cref="RunOnceAsync"/>, which claims a page, decides purely, writes moves and returns how much it did.</summary>
public interface IStage
{
    /// <summary>Its name, in logs and metrics.</summary>
    string Name { get; }

    /// <summary>Does what is due, at most a page.</summary>
    /// <param name="now">The instant that decides what is due.</param>
    /// <param name="cancellationToken">Ends the work between two effects.</param>
    /// <returns>How many rows were worked on; 0 when nothing was due.</returns>
    Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default);
}
