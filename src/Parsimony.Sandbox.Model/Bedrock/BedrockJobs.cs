using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Parsimony.Sandbox.Model;

/// <summary>Creates and shows jobs (boto/botocore data/bedrock/2023-04-20/service-2.json @0e6e240, read 2026-11-20). All calls hold the world's lock.</summary>
internal sealed partial class BedrockJobs(WorldState state)
{
    public const string ModelNote = "model";
    public const string InputNote = "input";
    public const string OutputNote = "output";

    private const string NameNote = "name";
    private const string TokenNote = "token";
    private const string TypeNote = "type";
    private const string RoleNote = "role";
    private const string Scheme = "s3://";

    public static string ArnOf(BatchState batch) => $"arn:aws:bedrock:us-east-1:000000000000:model-invocation-job/{batch.Id}";

    public static string Note(BatchState batch, string name) => batch.Notes?.GetValueOrDefault(name) ?? "";

    /// <summary>The job a create asks for: a new one, the one its token made before, or why there is none.</summary>
    public (BatchState? Batch, bool IsNew, Refusal? Refusal) Create(Call call, JsonElement root, Func<DateTimeOffset?> hiddenUntil)
    {
        var input = root.Get("inputDataConfig")?.Get("s3InputDataConfig")?.Text("s3Uri") ?? "";
        var output = root.Get("outputDataConfig")?.Get("s3OutputDataConfig")?.Text("s3Uri") ?? "";
        if (Check(root, input, output) is { } refusal)
            return (null, false, refusal);
        if (root.Text("clientRequestToken") is { } token && state.Batches.Find(b => b.Provider == BedrockModels.Provider && Note(b, TokenNote) == token) is { } before)
        {
            // UNVERIFIED: what a token with other parameters is answered.
            return Note(before, InputNote) == input[Scheme.Length..]
                ? (before, false, null)
                : (null, false, new Refusal(409, "conflict", "A job with this clientRequestToken and other parameters exists.", null, "ConflictException"));
        }

        return (New(call, root, input[Scheme.Length..], output[Scheme.Length..].TrimEnd('/') + "/", hiddenUntil()), true, null);
    }

    public SandboxResponse List(Call call)
    {
        var most = int.TryParse(call.Query("maxResults"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 1_000) : 100;
        var named = call.Query("nameContains") ?? "";
        var visible = state.Batches.Where(b => b.Provider == BedrockModels.Provider && !(b.HiddenUntil > call.Now) && Note(b, NameNote).Contains(named, StringComparison.Ordinal)
            && (call.Query("statusEquals") is not { } status || Status(b) == status)).Reverse();
        if (call.Query("nextToken") is { } after)
            visible = visible.SkipWhile(b => b.Id != after).Skip(1);
        var page = visible.Take(most + 1).ToList();
        return Exit.Json(200, JsonBytes.Of(writer =>
        {
            writer.WriteStartArray("invocationJobSummaries");
            foreach (var batch in page.Take(most))
            {
                writer.WriteStartObject();
                Write(writer, batch, call.Now);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (page.Count > most)
                writer.WriteString("nextToken", page[most - 1].Id);
        }));
    }

    public static void Write(Utf8JsonWriter writer, BatchState batch, DateTimeOffset now)
    {
        writer.WriteString("jobArn", ArnOf(batch));
        writer.WriteString("jobName", Note(batch, NameNote));
        writer.WriteString("clientRequestToken", Note(batch, TokenNote));
        writer.WriteString("modelId", Note(batch, ModelNote));
        writer.WriteString("modelInvocationType", Note(batch, TypeNote));
        writer.WriteString("roleArn", Note(batch, RoleNote));
        writer.WriteString("status", Status(batch));
        if (batch.Errors is [var error, ..])
            writer.WriteString("message", error.Message);
        writer.WriteString("submitTime", (batch.CreatedAt + batch.Skew).UtcDateTime);
        if (batch.EndedAt is { } ended)
            writer.WriteString("endTime", (ended + batch.Skew).UtcDateTime);
        writer.WriteString("jobExpirationTime", (batch.ExpiresAt + batch.Skew).UtcDateTime);
        WritePlace(writer, "inputDataConfig", "s3InputDataConfig", Note(batch, InputNote));
        WritePlace(writer, "outputDataConfig", "s3OutputDataConfig", Note(batch, OutputNote));
        // Zero until validation is over.
        var seen = now - batch.CountsLag;
        var known = batch.InProgressAt is { } began && began <= seen;
        writer.WriteNumber("totalRecordCount", known ? batch.Count : 0);
        writer.WriteNumber("processedRecordCount", known ? batch.Done.Count(done => done.At <= seen) : 0);
        writer.WriteNumber("successRecordCount", known ? batch.Done.Count(done => done.At <= seen && done.End == ItemEnd.Succeeded) : 0);
        writer.WriteNumber("errorRecordCount", known ? batch.Done.Count(done => done.At <= seen && done.End != ItemEnd.Succeeded) : 0);
    }

    private static void WritePlace(Utf8JsonWriter writer, string outer, string inner, string name)
    {
        writer.WriteStartObject(outer);
        writer.WriteStartObject(inner);
        writer.WriteString("s3Uri", Scheme + name);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static string Status(BatchState batch) => batch.Phase switch
    {
        BatchPhase.Validating => "Validating",
        BatchPhase.InProgress when batch.Done.Count == 0 => "Scheduled",
        BatchPhase.Cancelling => "Stopping",
        BatchPhase.Failed => "Failed",
        BatchPhase.Completed => "Completed",
        BatchPhase.Expired => batch.Done.Count == 0 ? "Expired" : "PartiallyCompleted",
        BatchPhase.Cancelled => "Stopped",
        _ => "InProgress",
    };

    private static Refusal? Check(JsonElement root, string input, string output)
    {
        if (root.Text("jobName") is not { Length: <= 63 } name || !NameForm().IsMatch(name))
            return Refusal.Invalid("Value at 'jobName' failed to satisfy constraint: Member must satisfy regular expression pattern");
        if (root.Text("clientRequestToken") is { } token && !TokenForm().IsMatch(token))
            return Refusal.Invalid("Value at 'clientRequestToken' failed to satisfy constraint: Member must satisfy regular expression pattern");
        if (root.Text("roleArn") is not { } role || !role.StartsWith("arn:aws", StringComparison.Ordinal))
            return Refusal.Invalid("Value at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern");
        if (string.IsNullOrEmpty(root.Text("modelId")))
            return Refusal.Invalid("Value at 'modelId' failed to satisfy constraint: Member must not be null");
        if (root.Text("modelInvocationType") is not (null or "InvokeModel" or "Converse"))
            return Refusal.Invalid("Value at 'modelInvocationType' failed to satisfy constraint: Member must satisfy enum value set: [InvokeModel, Converse]");
        if (!input.StartsWith(Scheme, StringComparison.Ordinal) || !input.EndsWith(".jsonl", StringComparison.Ordinal) || !output.StartsWith(Scheme, StringComparison.Ordinal))
            return Refusal.Invalid("The S3 location of the input or output is not valid.");
        return root.Get("timeoutDurationInHours") is not null && root.Whole("timeoutDurationInHours") is not (>= 24 and <= 168)
            ? Refusal.Invalid("Value at 'timeoutDurationInHours' failed to satisfy constraint: Member must have value between 24 and 168")
            : null;
    }

    private BatchState New(Call call, JsonElement root, string input, string output, DateTimeOffset? hiddenUntil)
    {
        var number = state.Batches.Count + 1;
        var takes = WorldState.Between(state.Options.BatchDurationMin, state.Options.BatchDurationMax, state.Chance("duration", number));
        var faults = BatchFaults.Strike(state.Faults, BedrockModels.Provider, call.Operation);
        var file = new S3Store(state).Find(input);
        var type = root.Text("modelInvocationType") ?? "InvokeModel";
        return new BatchState
        {
            Number = number,
            Provider = BedrockModels.Provider,
            Id = state.NewId("", "batch", number)[..12],
            Endpoint = type == "Converse" ? ConverseEndpoint.Name : InvokeEndpoint.Name,
            InputFile = file?.Id,
            Content = file?.Content,
            ContentNumber = file?.ContentNumber ?? 0,
            ContentLength = file?.ContentLength ?? 0,
            Scope = call.Scope,
            Workspace = call.Workspace,
            CreatedAt = call.Now,
            ExpiresAt = call.Now + TimeSpan.FromHours(root.Whole("timeoutDurationInHours") ?? 24),
            Skew = call.Skew,
            HiddenUntil = hiddenUntil,
            Phase = BatchPhase.Validating,
            ValidatedAt = call.Now + (takes / 20),
            PacedStart = call.Now + (takes / 20),
            PacedEnd = call.Now + (takes * 0.95),
            StuckFraction = faults.StuckFraction,
            ExpiresFraction = faults.ExpiresFraction,
            ExpiresAfter = faults.ExpiresAfter,
            CountsLag = faults.CountsLag,
            AllFail = faults.AllFail,
            OverQueue = state.Faults.Strike(FaultName.QueueLimitAfterCreate, BedrockModels.Provider, call.Operation) is not null,
            Notes = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [NameNote] = root.Text("jobName") ?? "",
                [TokenNote] = root.Text("clientRequestToken") ?? "",
                [ModelNote] = root.Text("modelId") ?? "",
                [RoleNote] = root.Text("roleArn") ?? "",
                [TypeNote] = type,
                [InputNote] = input,
                [OutputNote] = output,
            },
        };
    }

    [GeneratedRegex(@"^[a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9\+\-\.]){0,63}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NameForm();

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]{0,255}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TokenForm();
}
