using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// Anthropic's message batches: at most 100,000 requests or 256 MB, custom ids of up to 64 letters, digits, '_' and '-'
/// (https://platform.claude.com/docs/en/build-with-claude/batch-processing, read 2026-06-28).
/// </summary>
internal sealed class AnthropicBatches(WorldState state)
{
    private const int MaxRequests = 100_000;
    private const long MaxBytes = 256L * 1024 * 1024;
    private const int MaxIdCharacters = 64;

    /// <summary>Takes the body in; false when it is too large.</summary>
    public static async Task<bool> ReadAsync(Stream body, ContentWriter writer, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return true;
            writer.Write(buffer.AsSpan(0, read));
            if (writer.Length > MaxBytes)
                return false;
        }
    }

    public static (List<BatchItem>? Items, Refusal? Refusal) Check(Content content)
    {
        List<BatchItem>? items;
        try
        {
            items = RequestArray.Index(content);
        }
        catch (JsonException)
        {
            return (null, Refusal.Invalid("The request body is not valid JSON."));
        }

        if (items is null)
            return (null, Refusal.Invalid("requests: Field required"));
        if (items.Count is 0 or > MaxRequests)
            return (null, Refusal.Invalid($"requests: a batch has 1 to {MaxRequests} requests"));
        var ids = new HashSet<string>(items.Count, StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (!IsId(item.CustomId))
                return (null, Refusal.Invalid($"requests: custom_id '{item.CustomId}' does not match ^[a-zA-Z0-9_-]{{1,64}}$"));
            if (!ids.Add(item.CustomId))
                return (null, Refusal.Invalid($"requests: duplicate custom_id '{item.CustomId}'"));
        }

        return (items, null);
    }

    public bool IsOverQueue(Call call, int count)
    {
        var waiting = state.Batches.Where(b => b.Provider == "anthropic" && !b.IsEnded).Sum(b => b.Count - b.Done.Count);
        return waiting + count > state.Options.AnthropicQueueRequests
            || state.Faults.Strike(FaultName.QueueLimitAfterCreate, "anthropic", call.Operation) is not null;
    }

    public BatchState New(Call call, Content content, List<BatchItem> items, DateTimeOffset? hiddenUntil)
    {
        var number = state.Batches.Count + 1;
        var takes = WorldState.Between(state.Options.BatchDurationMin, state.Options.BatchDurationMax, state.Chance("duration", number));
        var faults = BatchFaults.Strike(state.Faults, "anthropic", call.Operation);
        return new BatchState
        {
            Number = number,
            Provider = "anthropic",
            Id = state.NewId("msgbatch_", "batch", number),
            Endpoint = "/v1/messages",
            Content = content,
            ContentNumber = content.Number,
            ContentLength = content.Length,
            Items = items,
            Count = items.Count,
            Scope = call.Scope,
            Workspace = call.Workspace,
            CreatedAt = call.Now,
            ExpiresAt = call.Now.AddHours(24),
            Skew = call.Skew,
            HiddenUntil = hiddenUntil,
            Phase = BatchPhase.InProgress,
            PacedStart = call.Now,
            PacedEnd = call.Now + takes,
            StuckFraction = faults.StuckFraction,
            ExpiresFraction = faults.ExpiresFraction,
            ExpiresAfter = faults.ExpiresAfter,
            CountsLag = faults.CountsLag,
            AllFail = faults.AllFail,
        };
    }

    public SandboxResponse List(Call call, string root)
    {
        var visible = state.Batches.Where(b => b.Provider == "anthropic" && b.Workspace == call.Workspace && !b.IsDeleted && !(b.HiddenUntil > call.Now)).Reverse();
        var limit = call.Limit(20, 1_000);
        List<BatchState> page;
        bool more;
        if (call.Query("before_id") is { } before)
        {
            var newer = visible.TakeWhile(b => b.Id != before).ToList();
            more = newer.Count > limit;
            page = newer.Skip(newer.Count - Math.Min(limit, newer.Count)).ToList();
        }
        else
        {
            if (call.Query("after_id") is { } after)
                visible = visible.SkipWhile(b => b.Id != after).Skip(1);
            page = visible.Take(limit + 1).ToList();
            more = page.Count > limit;
            page = page.Take(limit).ToList();
        }

        return Exit.Json(200, JsonBytes.Of(writer =>
        {
            writer.WriteStartArray("data");
            foreach (var batch in page)
            {
                writer.WriteStartObject();
                AnthropicWire.WriteBatch(writer, batch, root, call.Now);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteBoolean("has_more", more);
            writer.WriteString("first_id", page.Count == 0 ? null : page[0].Id);
            writer.WriteString("last_id", page.Count == 0 ? null : page[^1].Id);
        }));
    }

    public ResultLines Results(BatchState batch, bool cutsLast) => new(
        batch, Enumerable.Range(0, batch.Count).ToList(), shaped: true, cutsLast, (reader, index) => Render(batch, reader, index), OpenAIResults.Rename);

    private static bool IsId(string id)
    {
        if (id.Length is 0 or > MaxIdCharacters)
            return false;
        foreach (var letter in id)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-'))
                return false;
        }

        return true;
    }

    private byte[] Render(BatchState batch, ContentReader reader, int index) => JsonBytes.Of(writer =>
    {
        writer.WriteString("custom_id", BatchItems.Of(batch)[index].CustomId);
        writer.WriteStartObject("result");
        if (index >= batch.Done.Count)
        {
            writer.WriteString("type", batch.Phase == BatchPhase.Cancelled ? "canceled" : "expired");
        }
        else if (batch.Done[index] is { End: ItemEnd.Succeeded } done)
        {
            writer.WriteString("type", "succeeded");
            writer.WriteStartObject("message");
            BatchAnswers.Write(writer, state, batch, reader, done);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteString("type", "errored");
            writer.WriteStartObject("error");
            var refusal = BatchAnswers.ReasonOf(state, batch, reader, batch.Done[index]);
            AnthropicWire.WriteError(writer, refusal, state.NewId("req_", batch.Id, index));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    });
}
