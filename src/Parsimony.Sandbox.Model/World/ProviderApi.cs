using System.Runtime.InteropServices;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>One provider's surface over the shared state.</summary>
internal abstract class ProviderApi(WorldState state, BatchEngine engine, Twin twin)
{
    public string Name => twin.Name;

    /// <summary>What keys that may read reports begin with; null when there are no reports.</summary>
    public virtual string? AdminKeyPrefix => null;

    protected WorldState State => state;

    protected BatchEngine Engine => engine;

    /// <summary>What it is the surface of.</summary>
    protected Twin Self => twin;

    /// <summary>The operation a request means and the id in its path; null when there is no such path.</summary>
    public abstract (string Operation, string Id)? Route(string method, string[] path);

    public abstract string? KeyOf(SandboxRequest request);

    /// <summary>What answers a live call; null when nothing does.</summary>
    protected virtual Endpoint? EndpointOf(Call call) => twin.ByPath.GetValueOrDefault(call.Request.Path);

    /// <summary>A live call's body with what its path or headers say of the question, such as the model.</summary>
    protected virtual byte[] Question(Call call, byte[] body) => body;

    /// <summary>Puts what a live call's body only names, such as an explicit cache, into it; null when that is done or nothing is named.</summary>
    protected virtual Refusal? Complete(Call call, ref JsonElement body) => null;

    public abstract SandboxResponse Refuse(Refusal refusal, ulong chance);

    public abstract Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken);

    protected ulong ChanceOf(Call call) => state.Chance(call.Operation, call.Now.Ticks, (ulong)state.Bill.Count);

    protected SandboxResponse Refuse(Call call, Refusal refusal) => Refuse(refusal, ChanceOf(call));

    /// <summary>The lost-reply faults of a call that has been applied.</summary>
    protected SandboxResponse Applied(Call call, string fault, SandboxResponse response)
    {
        var lost = state.Faults.Strike(fault, Name, call.Operation, call.ClientId) is not null;
        state.Commit();
        return lost ? Exit.Lost() : response;
    }

    /// <summary>When a new object can first be seen, if a fault hides it; and its clock.</summary>
    protected DateTimeOffset? HiddenUntil(Call call) =>
        state.Faults.Strike(FaultName.NotFoundAfterCreate, Name, call.Operation) is { } rule ? call.Now + rule.Seconds(60) : null;

    protected async Task<SandboxResponse> LiveAsync(Call call, CancellationToken cancellationToken)
    {
        var body = Question(call, await ReadAsync(call.Request.Body, cancellationToken).ConfigureAwait(false));
        lock (state.Gate)
        {
            engine.Advance(call.Now);
            if (Parse(body) is not { } root)
                return Refuse(call, Refusal.Invalid("We could not parse the JSON body of your request."));
            if (EndpointOf(call) is not { } endpoint)
                return Refuse(call, new Refusal(404, "not_found_error", $"Unknown request URL: {call.Request.Method} {call.Request.Path}."));
            if (state.Faults.Strike(FaultName.LiveRefused, Name, call.Operation, call.ClientId) is not null)
            {
                state.Commit();
                return Refuse(call, Refusal.Invalid("The sandbox was told to refuse this request."));
            }

            var whole = root;
            if ((endpoint.Check(root, batch: false) ?? Complete(call, ref whole)) is { } refusal)
                return Refuse(call, refusal);
            var ordinal = state.NextOrdinal(endpoint, JsonMarshal.GetRawUtf8Value(root));
            var work = endpoint.Answer(whole, ordinal, state.Options.Seed);
            var latency = state.Latency("latency", state.Bill.Count);
            var line = state.Charge(endpoint, work, null, call.ClientId, call.Scope, latency, call.Now);
            var reply = new Reply(line.ResponseId, call.Now + call.Skew, line.Usage, Batch: false)
            {
                ChargePico = line.Unpriced ? null : line.AmountPico,
                Tier = line.Kind == "flex" ? "flex" : "default",
            };
            var response = work.Streams ? endpoint.Stream(work.Events(reply)) : Exit.Json(200, JsonBytes.Of(writer => work.Write(writer, reply)));
            response = Applied(call, FaultName.LiveReplyLost, response);
            response.Latency = latency;
            return response;
        }
    }

    /// <summary>A page of a report.</summary>
    protected SandboxResponse Report(Call call, Func<Call, SandboxResponse?> answer)
    {
        lock (state.Gate)
        {
            engine.Advance(call.Now);
            return answer(call) ?? Refuse(call, Refusal.Invalid("The report's time, page or bucket width cannot be meant."));
        }
    }

    protected static async Task<byte[]> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await body.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
        return buffer.ToArray();
    }

    protected static JsonElement? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Strikes the faults that shape a batch's results, and keeps those that struck.</summary>
    protected void Shape(BatchState batch, Call call)
    {
        foreach (var fault in FaultName.ResultShapes)
        {
            if (state.Faults.Strike(fault, Name, call.Operation, anyId: true) is not { } rule)
                continue;
            var chance = state.Chance(fault, batch.Number, (ulong)(batch.Shapes?.Count ?? 0));
            (batch.Shapes ??= []).Add(new ResultShape { Fault = fault, CustomId = rule.CustomId, Value = rule.Value, Chance = chance });
            state.Note(batch);
        }
    }

    /// <summary>Begins to cancel a batch that runs: within a minute, or slowly, with some of it still answered, where the script says so.</summary>
    protected void BeginCancel(BatchState batch, Call call)
    {
        if (batch.Phase == BatchPhase.Cancelling)
            return;
        var slow = state.Faults.Strike(FaultName.CancelSlow, Name, call.Operation);
        var takes = slow?.Seconds(300) ?? WorldState.Between(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), state.Chance("cancel", batch.Number));
        engine.Cancel(batch, call.Now, call.Now + takes, finishesSome: slow is not null);
    }

    protected bool CutsLast(Call call) => state.Faults.Strike(FaultName.ResultTruncated, Name, call.Operation, anyId: true) is not null;
}
