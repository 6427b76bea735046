using System.Globalization;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// All simulated providers over one state. Nothing runs in the background: the state moves to the clock's time whenever it is asked, so equal
/// seeds, clocks and calls give equal worlds. Thread safe.
/// </summary>
public sealed class SandboxWorld : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly WorldState _state;
    private readonly BatchEngine _engine;
    private readonly Dictionary<string, ProviderApi> _apis;

    /// <summary>A world, restored from its journal when the options name one.</summary>
    /// <param name="options">What the providers do.</param>
    /// <param name="clock">Sandbox time.</param>
    /// <exception cref="IOException">The state file cannot be opened; it must belong to one world at a time.</exception>
    public SandboxWorld(SandboxOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        _state = new WorldState(options);
        _engine = new BatchEngine(_state);
        _apis = Twins.All.ToDictionary(twin => twin.Name, twin => twin.Create(_state, _engine, twin), StringComparer.Ordinal);
    }

    /// <summary>The simulated providers, by the name <see cref="HandleAsync"/> takes: the product's identifiers in lower case, and the object stores.</summary>
    public static IReadOnlyList<string> Providers { get; } = [.. Twins.All.Select(twin => twin.Name)];

    /// <summary>What a provider's official client expects behind the provider's root in its base address, e.g. <c>/v1</c>; empty for nothing.</summary>
    /// <param name="provider">One of <see cref="Providers"/>, else <see cref="ArgumentException"/>.</param>
    public static string ClientPathOf(string provider) => Twins.Find(provider)?.ClientPath ?? throw Unknown(provider);

    /// <summary>What was charged up to now.</summary>
    public Bill Bill
    {
        get
        {
            lock (_state.Gate)
                _engine.Advance(_clock.GetUtcNow());
            return _state.Bill;
        }
    }

    /// <summary>What goes wrong.</summary>
    public FaultScript Faults => _state.Faults;

    /// <summary>Answers one request.</summary>
    /// <param name="provider">One of <see cref="Providers"/>, else <see cref="ArgumentException"/>.</param>
    /// <param name="request">The request; its body is read before this returns.</param>
    /// <param name="cancellationToken">Stops reading the body.</param>
    /// <exception cref="SandboxDisconnectException">A fault broke the connection during the upload.</exception>
    public async Task<SandboxResponse> HandleAsync(string provider, SandboxRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var api = _apis.GetValueOrDefault(provider) ?? throw Unknown(provider);
        var now = _clock.GetUtcNow();
        if (api.Route(request.Method, request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries)) is not { } route)
            return Dated(api.Refuse(new Refusal(404, "not_found_error", $"Unknown request URL: {request.Method} {request.Path}."), 0), now);
        var key = api.KeyOf(request) ?? "";
        var call = new Call
        {
            Provider = provider,
            Operation = route.Operation,
            Id = route.Id,
            Request = request,
            Now = now,
            Scope = StableHash.Of(key).ToString("x16", CultureInfo.InvariantCulture),
            Workspace = key.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0 ? key[..dot] : "",
            Skew = _state.Options.ClockSkew,
        };
        var entry = new EntryFaults(_state, api, call);
        SandboxResponse response;
        if (entry.Strike(key) is { } early)
        {
            await request.Body.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            response = early;
        }
        else
        {
            await entry.BreakUploadAsync(cancellationToken).ConfigureAwait(false);
            response = await api.HandleAsync(call, cancellationToken).ConfigureAwait(false);
        }

        return Dated(entry.Spoil(response), now + call.Skew);
    }

    /// <summary>Closes the journal; the world must not be asked afterwards.</summary>
    public void Dispose()
    {
        lock (_state.Gate)
            _state.Dispose();
    }

    private static ArgumentException Unknown(string provider) =>
        new($"The sandbox has no provider '{provider}'; it has {Twins.Names}.", nameof(provider));

    private static SandboxResponse Dated(SandboxResponse response, DateTimeOffset now)
    {
        response.Headers["Date"] = now.ToUniversalTime().ToString("r", CultureInfo.InvariantCulture);
        return response;
    }
}
