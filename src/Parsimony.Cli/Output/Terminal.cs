using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>What the user sees: results on standard output, everything else on standard error.</summary>
internal sealed class Terminal
{
    private const int FileWidth = 140;

    /// <summary>A terminal over the process's streams.</summary>
    public Terminal(bool isJson = false)
    {
        IsJson = isJson;
        Out = AnsiConsole.Create(Settings(Console.Out, Console.IsOutputRedirected));
        Error = AnsiConsole.Create(Settings(Console.Error, Console.IsErrorRedirected));
        if (Console.IsOutputRedirected)
        {
            Out.Profile.Width = FileWidth;
        }

        if (Console.IsErrorRedirected)
        {
            Error.Profile.Width = FileWidth;
        }
    }

    /// <summary>Whether the result is asked for as JSON.</summary>
    public bool IsJson { get; }

    /// <summary>Results.</summary>
    public IAnsiConsole Out { get; }

    /// <summary>Notes, progress, faults.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>Whether somebody can be asked.</summary>
    public static bool CanAsk => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    private static AnsiConsoleSettings Settings(TextWriter writer, bool isRedirected) => new()
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
    };

    /// <summary>A line to standard error, not wrapped: a path in it stays whole.</summary>
    public void Note(string text) => Error.Profile.Out.Writer.WriteLine(text);

    /// <summary>A line to standard output, not wrapped.</summary>
    public void Line(string text) => Out.Profile.Out.Writer.WriteLine(text);
}
