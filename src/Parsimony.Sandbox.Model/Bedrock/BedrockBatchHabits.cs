using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Jobs: records of one object, checked for form and number before they run, their results put beside each other in the output folder.</summary>
/// <remarks>Numbers are the default quotas for most models (https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html by way of third parties, 2026-11-20).</remarks>
internal sealed class BedrockBatchHabits : BatchHabits
{
    private const int MinRecords = 100;
    private const int MaxRecords = 50_000;

    public override bool Finalizes => false;

    public override IReadOnlyList<BatchItem> Find(BatchState batch, Content content) => Read(content).Items;

    public override JsonElement Body(BatchState batch, JsonElement item) =>
        item.Get("modelInput") is { } input && BedrockModels.Asked(System.Text.Encoding.UTF8.GetBytes(input.GetRawText()), BedrockJobs.Note(batch, BedrockJobs.ModelNote), streams: false) is { } asked
            ? JsonElement.Parse(asked)
            : default;

    public override BatchCheck Validate(BatchState batch, Content content)
    {
        var (items, errors) = Read(content);
        if (errors.Count == 0 && items.Count < MinRecords)
            errors.Add(Error($"Batch job {batch.Id} contains less records ({items.Count.ToString(CultureInfo.InvariantCulture)}) than the required minimum of: {MinRecords}"));
        if (items.Count > MaxRecords)
            errors.Add(Error($"Batch job {batch.Id} exceeds the maximum of {MaxRecords} records."));
        return new BatchCheck(items, errors, BedrockJobs.Note(batch, BedrockJobs.ModelNote), 0);
    }

    public override void Ended(WorldState state, BatchState batch, DateTimeOffset at)
    {
        // Timed out before a record was done: nothing is written.
        if (batch.Done.Count == 0)
            return;
        var folder = $"{BedrockJobs.Note(batch, BedrockJobs.OutputNote)}{batch.Id}/";
        var input = BedrockJobs.Note(batch, BedrockJobs.InputNote);
        Add(state, batch, at, $"{folder}{input[(input.LastIndexOf('/') + 1)..]}.out", S3Store.Records);
        Add(state, batch, at, folder + "manifest.json.out", S3Store.Manifest);
    }

    private static void Add(WorldState state, BatchState batch, DateTimeOffset at, string name, string purpose)
    {
        var number = state.Files.Count + 1;
        state.Add(new StoredFile
        {
            Number = number,
            Id = state.NewId("s3", "file", number),
            Name = name,
            Provider = S3Api.ProviderName,
            Purpose = purpose,
            CreatedAt = at,
            Batch = batch.Number,
        });
    }

    private static (List<BatchItem> Items, List<BatchError> Errors) Read(Content content)
    {
        var items = new List<BatchItem>();
        var errors = new List<BatchError>();
        foreach (var (offset, line) in ContentLines.Read(content))
        {
            if (line.AsSpan().Trim(" \r\t"u8).IsEmpty)
                continue;
            if (IdOf(line) is { } id)
                items.Add(new BatchItem(offset, line.Length, id));
            else if (errors.Count == 0)
                errors.Add(Error("Record is not a JSON object with recordId and modelInput."));
        }

        return (items, errors);
    }

    private static string? IdOf(byte[] line)
    {
        try
        {
            var root = JsonElement.Parse(line);
            return root.Get("modelInput") is { ValueKind: JsonValueKind.Object } ? root.Text("recordId") : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static BatchError Error(string message) => new("ValidationException", message, null, null);
}
