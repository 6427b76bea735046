using System.Globalization;

namespace Parsimony.Engine;

/// <summary>
/// The id a line of a batch goes by: <c>{submission key}-{row number}-{attempt}</c>, all hexadecimal, at most 58 characters.
/// It says whose batch it is (proof against look-alikes), which request, and which attempt was bought, also long after the request moved on.
/// </summary>
public static class CustomId
{
    /// <summary>Writes the id.</summary>
    public static string Write(string submissionKey, long sequence, int attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{submissionKey}-{sequence:x}-{attempt:x}");

    /// <summary>Reads an id of this submission; false for any other text.</summary>
    public static bool TryRead(string text, string submissionKey, out long sequence, out int attempt)
    {
        sequence = 0;
        attempt = 0;
        if (!IsOf(text, submissionKey))
        {
            return false;
        }

        var rest = text.AsSpan(submissionKey.Length + 1);
        var dash = rest.IndexOf('-');
        return dash > 0
            && long.TryParse(rest[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out sequence)
            && int.TryParse(rest[(dash + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out attempt);
    }

    /// <summary>Whether an id carries this submission's key.</summary>
    public static bool IsOf(string text, string submissionKey) =>
        text.Length > submissionKey.Length && text[submissionKey.Length] == '-' && text.StartsWith(submissionKey, StringComparison.Ordinal);
}
