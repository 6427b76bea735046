namespace Parsimony.Cli;

/// <summary>How a command ended, for scripts.</summary>
internal static class ExitCode
{
    /// <summary>All answered.</summary>
    public const int Done = 0;

    /// <summary>A fault of ours; of a check, what it found.</summary>
    public const int Internal = 1;

    /// <summary>The input, the command line or the configuration cannot be meant; nothing was submitted.</summary>
    public const int BadInput = 2;

    /// <summary>Some items failed; the others are answered.</summary>
    public const int SomeFailed = 3;

    /// <summary>Interrupted; the same command goes on.</summary>
    public const int Interrupted = 4;

    /// <summary>Somebody has to say yes.</summary>
    public const int ConfirmationNeeded = 5;

    /// <summary>The cost limit holds the rest back.</summary>
    public const int CostLimit = 6;

    /// <summary>A provider refuses the credential.</summary>
    public const int Refused = 7;

    /// <summary>A comparison is outside its goal, or a check found something to do.</summary>
    public const int Found = 8;
}
