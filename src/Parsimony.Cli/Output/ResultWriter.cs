using System.Buffers;
using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>Writes results as JSON Lines in input order: id, line, answer, finish reason, usage, cost, route and reason.</summary>
internal sealed class ResultWriter(IProviderRegistry providers)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes all results of a run to a file (replaced only when complete) or, for null, to standard output.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public async Task<long> WriteAsync(IEngineStore store, string scope, string? path, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            var standard = Console.OpenStandardOutput();
            await using (standard.ConfigureAwait(false))
            {
                return await WriteAsync(store, scope, standard, cancellationToken).ConfigureAwait(false);
            }
        }

        var partial = path + ".partial";
        try
        {
            long count;
            var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                count = await WriteAsync(store, scope, file, cancellationToken).ConfigureAwait(false);
            }

            File.Move(partial, path, overwrite: true);
            return count;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be written: {exception.Message} The answers are kept; 'parsimony results' writes them elsewhere.");
        }
    }

    private async Task<long> WriteAsync(IEngineStore store, string scope, Stream target, CancellationToken cancellationToken)
    {
        var count = 0L;
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        await foreach (var result in store.Runs.ReadResultsAsync(scope, cancellationToken).ConfigureAwait(false))
        {
            using (var writer = new Utf8JsonWriter(buffer, Options))
            {
                Write(writer, result);
            }

            buffer.Write("\n"u8);
            count++;
            if (buffer.WrittenCount > 1 << 15)
            {
                await target.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
                buffer.ResetWrittenCount();
            }
        }

        await target.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        return count;
    }

    /// <summary>One result as a JSON object.</summary>
    public void Write(Utf8JsonWriter writer, RunResult result)
    {
        var request = result.Request;
        writer.WriteStartObject();
        writer.WriteString("id"u8, result.Item.ItemId);
        writer.WriteNumber("line"u8, result.Item.Line);
        if (result.Item.Sample > 0)
        {
            writer.WriteNumber("sample"u8, result.Item.Sample);
        }

        writer.WriteString("request"u8, request.Id.ToString());
        writer.WriteString("state"u8, request.State.ToString().ToLowerInvariant());
        if (request.IsErased)
        {
            writer.WriteBoolean("erased"u8, value: true);
        }

        WriteAnswer(writer, result);
        if (request.FailureCode is { } code)
        {
            writer.WriteString("error"u8, code);
        }

        writer.WriteString("model"u8, request.Profile.Model.ToString());
        WriteMoney(writer, result.Entries);
        writer.WriteString("route"u8, (result.Entries is [.., var last] ? last.Route : request.Route).ToString().ToLowerInvariant());
        writer.WriteString("reason"u8, request.Reason);
        writer.WriteEndObject();
    }

    private void WriteAnswer(Utf8JsonWriter writer, RunResult result)
    {
        if (result.Answer is not { } body)
        {
            writer.WriteNull("answer"u8);
            return;
        }

        if (AnswerText.Read(providers, result.Request, body) is { } text)
        {
            writer.WriteString("answer"u8, text);
        }
        else
        {
            writer.WritePropertyName("answer"u8);
            writer.WriteRawValue(body.Span, skipInputValidation: true);
        }

        writer.WriteString("finish_reason"u8, result.Request.FinishReason);
    }

    private static void WriteMoney(Utf8JsonWriter writer, IReadOnlyList<LedgerEntry> entries)
    {
        var usage = entries.Select(entry => entry.Usage).OfType<TokenUsage>().Aggregate(default(TokenUsage), TokenUsage.Add);
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("input_tokens"u8, usage.TotalInput);
        writer.WriteNumber("cache_read_tokens"u8, usage.CacheRead);
        writer.WriteNumber("cache_write_tokens"u8, usage.CacheWriteShort + usage.CacheWriteLong);
        writer.WriteNumber("output_tokens"u8, usage.TotalOutput);
        writer.WriteEndObject();
        var corrected = entries.Where(entry => entry.Kind == LedgerKind.Correction).Select(entry => entry.Attempt).ToHashSet();
        if (entries.Any(entry => entry.CostUsd is null && !corrected.Contains(entry.Attempt)))
        {
            writer.WriteNull("cost_usd"u8);
            writer.WriteString("cost_note"u8, entries.First(entry => entry.CostUsd is null).PriceSource);
        }
        else
        {
            writer.WriteNumber("cost_usd"u8, entries.Sum(entry => entry.CostUsd ?? 0m));
        }
    }
}
