using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary><c>parsimony prices import</c>: a LiteLLM price file in our format.</summary>
internal static class PriceImport
{
    /// <summary>The command, below <c>prices</c>.</summary>
    public static Command BelowPrices()
    {
        var file = new Argument<string>("FILE") { Description = "A LiteLLM price file (model_prices_and_context_window.json)." };
        var output = new Option<string?>("--out") { Description = "Where the prices go; standard output when left out.", HelpName = "FILE" };
        var read = new Option<DateOnly?>("--read-on") { Description = "The day the file was read. Default: what it says of itself, else the day it was written here.", HelpName = "DATE" };
        var command = new Command("import", "Bring a LiteLLM price file into the format of --prices. What cannot be expressed is listed on standard error, never guessed.") { file, output, read };
        command.Runs((parsed, terminal, cancellationToken) => ImportAsync(parsed.GetValue(file) ?? "", parsed.GetValue(output), parsed.GetValue(read), terminal, cancellationToken));
        return command;
    }

    private static async Task<int> ImportAsync(string path, string? output, DateOnly? readOn, Terminal terminal, CancellationToken cancellationToken)
    {
        LiteLlmPrices prices;
        string day;
        try
        {
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
            prices = LiteLlmPrices.Read(document.RootElement);
            day = readOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? prices.Updated
                ?? File.GetLastWriteTimeUtc(path).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }
        catch (JsonException exception)
        {
            throw new UserException(string.Create(CultureInfo.InvariantCulture, $"{path}: not JSON, line {exception.LineNumber + 1}"));
        }
        catch (FormatException exception)
        {
            throw new UserException($"{path}: not a LiteLLM price file: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read: {exception.Message}");
        }

        var book = prices.Write(day);
        Prove(book);
        foreach (var note in prices.Notes)
        {
            terminal.Note(note);
        }

        await WriteAsync(book, output, cancellationToken).ConfigureAwait(false);
        terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{prices.Count:N0} models taken, as of {day}; {prices.Notes.Count:N0} notes above."));
        return ExitCode.Done;
    }

    // What is written must be readable: otherwise nothing is.
    private static void Prove(byte[] book)
    {
        using var stream = new MemoryStream(book);
        PriceList.Load([stream]);
    }

    private static async Task WriteAsync(byte[] book, string? output, CancellationToken cancellationToken)
    {
        if (output is null)
        {
            var target = Console.OpenStandardOutput();
            await using (target.ConfigureAwait(false))
            {
                await target.WriteAsync(book, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        try
        {
            var partial = output + ".partial";
            await File.WriteAllBytesAsync(partial, book, cancellationToken).ConfigureAwait(false);
            File.Move(partial, output, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{output} cannot be written: {exception.Message}");
        }
    }
}
