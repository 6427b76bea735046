using System.Globalization;

namespace Parsimony.Providers.Aws;

/// <summary>
/// What a job that ended early leaves to be told: records it never came to have no line anywhere, but the input still names them. Written as a result address:
/// the input's, a word, and how many records were done.
/// </summary>
/// <param name="Input">The input's address.</param>
/// <param name="Kind">Why the others were not.</param>
/// <param name="Done">How many records were done; null when the job did not tell.</param>
internal sealed record BedrockUnrun(string Input, BatchLineKind Kind, long? Done)
{
    private const string Expired = "#expired=";
    private const string Stopped = "#stopped=";

    /// <summary>Reads a result address; null when it is one of a folder.</summary>
    public static BedrockUnrun? Read(string reference)
    {
        foreach (var (word, kind) in (ReadOnlySpan<(string, BatchLineKind)>)[(Expired, BatchLineKind.Expired), (Stopped, BatchLineKind.Cancelled)])
        {
            if (reference.LastIndexOf(word, StringComparison.Ordinal) is var at and > 0)
            {
                return new BedrockUnrun(reference[..at], kind, long.TryParse(reference.AsSpan(at + word.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var done) ? done : null);
            }
        }

        return null;
    }

    /// <summary>The line of a record that was not come to.</summary>
    public BatchLine Line(long number, string id) => new()
    {
        LineNumber = number,
        Kind = Kind,
        CustomId = id,
        Failure = new ProviderFailure(FailureStage.Item, Kind == BatchLineKind.Expired ? FailureCause.Expired : FailureCause.Cancelled),
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Input}{(Kind == BatchLineKind.Expired ? Expired : Stopped)}{Done?.ToString(CultureInfo.InvariantCulture)}";
}
