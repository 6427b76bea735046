using Microsoft.Extensions.Logging.Abstractions;
using Parsimony.Engine;
using Parsimony.Providers;

namespace Parsimony.Cli;

/// <summary>What a command works with: configuration, providers, store and engine, put together from the command line.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly ConfigurationWatcher? _watcher;

    private Session(HttpClient http, ParsimonyConfiguration configuration, IEngineStore store, EngineRuntime runtime, SandboxConnection? sandbox, ConfigurationWatcher? watcher)
    {
        _watcher = watcher;
        _http = http;
        Configuration = configuration;
        Store = store;
        Runtime = runtime;
        Sandbox = sandbox;
    }

    public ParsimonyConfiguration Configuration { get; }

    public IEngineStore Store { get; }

    public EngineRuntime Runtime { get; }

    public SandboxConnection? Sandbox { get; }

    public TimeProvider Clock => Runtime.Context.Clock;

    /// <summary>Puts a session together.</summary>
    /// <exception cref="UserException">Something on the command line, in the configuration or of the store cannot be used; every fault found is named.</exception>
    public static async Task<Session> OpenAsync(SessionOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        var http = ProviderFactory.CreateHttpClient();
        try
        {
            var sandbox = options.Sandbox is { } address ? await SandboxConnection.OpenAsync(address, http, cancellationToken).ConfigureAwait(false) : null;
            var configuration = Configure(options);
            foreach (var warning in configuration.Warnings)
            {
                terminal.Note($"warning: {warning}");
            }

            var prices = PriceBook.Open(options.Prices ?? configuration.PricesFile);
            var clock = sandbox?.Clock ?? TimeProvider.System;
            var registry = new ChangingProviderRegistry(new ProviderRegistry(new SessionProviders(options, sandbox, http, clock).Of(configuration)));
            // Whoever runs a command has opted in by that.
            var terms = new ConfigurationTerms(configuration, isOptIn: true);
            var store = await StorePlace.OpenAsync(options.Store, configuration.Protection, clock, sandbox?.Speed ?? 1, cancellationToken).ConfigureAwait(false);
            var runtime = new EngineRuntime(terms.ApplyTo(new EngineSetup
            {
                Store = store,
                Providers = registry,
                Prices = prices,
                Clock = clock,
                Owner = options.NodeName,
                Options = Engine(options, configuration, sandbox),
                Reached = CrashArming.FromEnvironment(),
                Logger = options.Verbose || options.Drains ? new TerminalLogger(terminal, options.Verbose) : NullLogger.Instance,
            }));
            runtime.Signals.Unconfigured += (provider, credential) => terminal.Note(
                $"warning: there is work of {provider} under the credential '{credential}', which is not configured. It waits; nothing is lost. Configure it again under that name, for example among formerCredentials.");
            var watcher = options is { Config: { } path, NeedsProviders: true } ? new ConfigurationWatcher(path, Sources(options), TimeProvider.System) : null;
            if (watcher is not null)
            {
                watcher.Changed += (_, change) =>
                {
                    // New work goes by the new settings; what has begun finds its credential by name, where that is still there.
                    registry.Replace(new ProviderRegistry(new SessionProviders(options, sandbox, http, clock).Of(change.Now)));
                    terms.Current = change.Now;
                    runtime.Signals.Wake();
                    terminal.Note("The configuration has changed and is in use: providers, keys, priorities and constraints.");
                };
                watcher.Refused += (_, refused) => terminal.Note($"warning: the changed configuration cannot be used, the one before stays: {string.Join(" | ", refused.Faults)}");
            }

            return new Session(http, configuration, store, runtime, sandbox, watcher);
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    /// <summary>Makes sure that a run is in the store.</summary>
    /// <exception cref="UserException">It is not.</exception>
    public async Task RequireRunAsync(string scope, CancellationToken cancellationToken)
    {
        if (await Store.Runs.ReadTotalsAsync(scope, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new UserException($"There is no run '{scope}' in this store; 'parsimony status' lists them.");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _watcher?.Dispose();
        await Runtime.DisposeAsync().ConfigureAwait(false);
        await Store.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
    }

    private static ConfigurationSources Sources(SessionOptions options) => new()
    {
        Limits = static id => KnownProviders.Find(id)?.BatchLimits,
        Location = static id => KnownProviders.Find(id)?.FindLocation?.Invoke(),
        WorksWithoutKey = static id => KnownProviders.Find(id) is { NeedsKey: false },
        KeysOptional = options.Sandbox is not null || !options.NeedsProviders,
        Variable = name => IsHidden(name, options) ? null : Environment.GetEnvironmentVariable(name),
    };

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="UserException">It cannot be meant; every fault found is named.</exception>
    public static ParsimonyConfiguration Configure(SessionOptions options)
    {
        var sources = Sources(options);
        try
        {
            return options.Config is { } path ? ConfigurationFile.Load(path, sources) : ConfigurationFile.FromEnvironment(sources);
        }
        catch (ConfigurationException exception)
        {
            throw new UserException(exception.Message);
        }
    }

    /// <summary>A sandbox gets no real key, unless a configuration file sends it one.</summary>
    private static bool IsHidden(string variable, SessionOptions options) =>
        options.IgnoresEnvironment
        || (options is { Sandbox: not null, Config: null } && variable.EndsWith("_API_KEY", StringComparison.Ordinal));

    private static EngineOptions Engine(SessionOptions options, ParsimonyConfiguration configuration, SandboxConnection? sandbox)
    {
        var engine = new EngineOptions();
        configuration.ApplyTo(engine);
        // A run seals when its input ends: the accumulator of a service would only cut it into small batches.
        engine.FillCount = null;
        engine.MaxHedgeUsd = options.MaxHedgeUsd ?? engine.MaxHedgeUsd;
        engine.DrainTime = options.Drains ? engine.DrainTime : TimeSpan.Zero;
        if (sandbox is { Speed: > 1 } fast)
        {
            // A loop of sandbox seconds must not spin the real machine.
            engine.IdlePause = Max(engine.IdlePause, TimeSpan.FromMilliseconds(20) * fast.Speed);
            engine.WaitPollInterval = Max(engine.WaitPollInterval, TimeSpan.FromMilliseconds(20) * fast.Speed);
            // Real bytes take real time: the limits of calls are stretched with the clock.
            engine.SendLimit = Max(engine.SendLimit, TimeSpan.FromSeconds(30) * fast.Speed);
            engine.LiveTimeout = Max(engine.LiveTimeout, TimeSpan.FromSeconds(10) * fast.Speed);
            engine.LeaseTime = Max(engine.LeaseTime, engine.SendLimit * 1.5);
        }

        return engine;
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
