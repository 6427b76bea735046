using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>What the user sees: results on standard output, everything else on standard error.</summary>
internal sealed class Terminal
{
    /// <summary>A terminal over the process's streams.</summary>
    public Terminal(bool isJson = false)
    {
        IsJson = isJson;
        Out = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        Error = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsOutputRedirected)
        {
            Out.Profile.Width = 120;
        }

        if (Console.IsErrorRedirected)
        {
            Error.Profile.Width = 120;
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

    /// <summary>A line to standard error.</summary>
    public void Note(string text) => Error.WriteLine(text);

    /// <summary>A line to standard output.</summary>
    public void Line(string text) => Out.WriteLine(text);
}
