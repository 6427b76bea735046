using System.Globalization;

namespace Parsimony.Sandbox.Model;

/// <summary>The faults that strike any call: before it is looked at, while its body comes in, and on its way out.</summary>
internal sealed class EntryFaults(WorldState state, ProviderApi api, Call call)
{
    private const double CutBytes = 1_000;
    private const double SlowBytesPerSecond = 1_000;

    private FaultRule? _upload;
    private FaultRule? _download;
    private FaultRule? _slow;

    /// <summary>The reply when the call does not get through.</summary>
    public SandboxResponse? Strike(string key)
    {
        lock (state.Gate)
        {
            var reply = Refuse(key);
            if (reply is null)
            {
                _upload = Find(FaultName.DisconnectUpload);
                if (_upload is null)
                {
                    _slow = Find(FaultName.SlowBytes);
                    _download = Find(FaultName.DisconnectDownload);
                    if (Find(FaultName.ClockSkew) is { } skew)
                        call.Skew += skew.Seconds(300);
                }
            }

            state.Commit();
            return reply;
        }
    }

    public async Task BreakUploadAsync(CancellationToken cancellationToken)
    {
        if (_upload is null)
            return;
        var left = (long)(_upload.Value ?? CutBytes);
        var buffer = new byte[4_096];
        while (left > 0)
        {
            var read = await call.Request.Body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                break;
            left -= read;
        }

        throw new SandboxDisconnectException();
    }

    public SandboxResponse Spoil(SandboxResponse response)
    {
        if (_slow is not null)
            response.ByteDelay = TimeSpan.FromSeconds(1 / Math.Max(1e-3, _slow.Value ?? SlowBytesPerSecond));
        if (_download is not null)
            Cut(response, _download.Value is { } bytes ? (long)bytes : null);
        return response;
    }

    // Half the body where its length is known, unless the rule says where.
    private static void Cut(SandboxResponse response, long? asked)
    {
        var bytes = asked ?? (long)CutBytes;
        if (response.Headers.TryGetValue("Content-Length", out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            bytes = Math.Max(1, Math.Min(asked ?? length, length / 2));
        var whole = response.WriteBody;
        response.WriteBody = async (target, cancellationToken) =>
        {
            var cut = new CutStream(target, bytes);
            await using (cut.ConfigureAwait(false))
                await whole(cut, cancellationToken).ConfigureAwait(false);

            // The body was shorter than the cut: the connection still ends without the end of the body.
            throw new SandboxDisconnectException();
        };
    }

    private FaultRule? Find(string fault) => state.Faults.Strike(fault, api.Name, call.Operation, call.ClientId);

    private SandboxResponse? Refuse(string key)
    {
        var chance = state.Chance("refusal", call.Now.Ticks);
        if ((state.Options.RequireKey && key is "" or "wrong-key") || Find(FaultName.WrongKey) is not null)
            return api.Refuse(new Refusal(401, "authentication_error", "Incorrect API key provided.", null, "invalid_api_key"), chance);
        if (state.Options.RequireKey && Operation.IsReport(call.Operation) && !(api.AdminKeyPrefix is { } admin && key.StartsWith(admin, StringComparison.Ordinal)))
            return api.Refuse(new Refusal(403, "permission_error", "Reports need an admin key.", null, "insufficient_permissions"), chance);
        if (Find(FaultName.RateLimited) is { } limited)
        {
            var reply = api.Refuse(new Refusal(429, "rate_limit_error", "Rate limit reached.", null, "rate_limit_exceeded"), chance);
            if (limited.Value is { } seconds)
                reply.Headers["Retry-After"] = seconds.ToString(CultureInfo.InvariantCulture);
            return reply;
        }

        if (Find(FaultName.ServerError) is { } error)
            return api.Refuse(new Refusal((int)(error.Value ?? 500), "server_error", "The server had an error while processing your request."), chance);
        if (call.Operation is Operation.BatchCreate or Operation.FileUpload or Operation.CacheCreate && Find(FaultName.CreateLost) is not null)
            return Exit.Lost();
        if (call.Operation is Operation.BatchGet or Operation.FileGet or Operation.FileContent or Operation.BatchResults
            && HidesByName() is not null)
            return api.Refuse(Refusal.Missing($"object: {call.Id}"), chance);
        return null;
    }

    // A rule for "*" waits for the create, and then hides what was created; a rule that names a read strikes that read.
    private FaultRule? HidesByName() => state.Faults.Strike(FaultName.NotFoundAfterCreate, api.Name, call.Operation, anyOperation: false);
}
