namespace Parsimony.Cli;

/// <summary>A fault the user can mend: its message is shown alone, and the command ends with its code.</summary>
internal sealed class UserException(string message, int exitCode = ExitCode.BadInput) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
