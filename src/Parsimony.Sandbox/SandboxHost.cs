using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Parsimony.Sandbox.Model;

namespace Parsimony.Sandbox;

/// <summary>
/// The simulated providers behind HTTP on 127.0.0.1, each below its name (<c>/openai/v1/...</c>, <c>/anthropic/v1/...</c>), with <c>/sandbox/bill</c>,
/// <c>/sandbox/clock</c> and <c>/sandbox/faults</c>. Thread safe.
/// </summary>
public sealed class SandboxHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IdleWatch _idle;
    private readonly X509Certificate2? _certificate;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SandboxHost(WebApplication app, X509Certificate2? certificate, ScaledClock clock, SandboxWorld world, IdleWatch idle)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        _app = app;
        _certificate = certificate;
        Address = Bound(addresses, Uri.UriSchemeHttp) ?? throw new InvalidOperationException("No address was bound.");
        SecureAddress = Bound(addresses, Uri.UriSchemeHttps);
        CertificatePem = certificate?.ExportCertificatePem();
        Clock = clock;
        World = world;
        _idle = idle;
        idle.Start(() => _ = StopAsync());
    }

    /// <summary>Root address, ending in a slash.</summary>
    public Uri Address { get; }

    /// <summary>Root of the same over TLS, HTTP/1.1 and HTTP/2, ending in a slash; null without <see cref="SandboxHostOptions.TlsPort"/>.</summary>
    public Uri? SecureAddress { get; }

    /// <summary>The certificate of <see cref="SecureAddress"/> as PEM, for a client to trust; it is this host's alone and signed by itself. Null without <see cref="SandboxHostOptions.TlsPort"/>.</summary>
    public string? CertificatePem { get; }

    /// <summary>Sandbox time; its <see cref="TimeProvider"/> timers run in sandbox time too.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The simulated providers, their bill and their faults.</summary>
    public SandboxWorld World { get; }

    /// <summary>Completes when the host has stopped, by disposal or after <see cref="SandboxHostOptions.IdleLimit"/>.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Starts the host and returns once it accepts connections.</summary>
    /// <param name="options">Ports, speed and what the providers do.</param>
    /// <param name="cancellationToken">Ends the start; the host itself ends by disposal.</param>
    /// <exception cref="ArgumentException">The speed is not one this machine can follow; the message names the largest usable one.</exception>
    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<SandboxHost> StartAsync(SandboxHostOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        await SandboxSpeed.CheckAsync(options.Speed, options.RealClock, cancellationToken).ConfigureAwait(false);
        var clock = new ScaledClock(options.RealClock, SandboxEpoch.Start(options), options.Speed);
        var world = new SandboxWorld(options.Model, clock);
        var idle = new IdleWatch(options.RealClock, options.IdleLimit);
        var certificate = options.TlsPort is null ? null : SandboxCertificate.Create();
        var app = Build(options, certificate);
        var providers = new ProviderEndpoint(world, clock);
        var control = new ControlEndpoint(world, clock);
        app.Run(context => RouteAsync(context, providers, control, idle));
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            certificate?.Dispose();
            world.Dispose();
            idle.Dispose();
            throw;
        }

        return new SandboxHost(app, certificate, clock, world, idle);
    }

    /// <summary>The base address to give a provider's official SDK: OpenAI's includes <c>/v1</c>, Anthropic's does not.</summary>
    /// <param name="provider">One of <see cref="SandboxWorld.Providers"/>, else <see cref="ArgumentException"/>.</param>
    public Uri AddressOf(string provider) => new(Address, provider + SandboxWorld.ClientPathOf(provider));

    /// <summary>The same over TLS.</summary>
    /// <param name="provider">One of <see cref="SandboxWorld.Providers"/>, else <see cref="ArgumentException"/>.</param>
    /// <exception cref="InvalidOperationException">The host was started without <see cref="SandboxHostOptions.TlsPort"/>.</exception>
    public Uri SecureAddressOf(string provider) =>
        new(SecureAddress ?? throw new InvalidOperationException("Set SandboxHostOptions.TlsPort to serve https, too."), provider + SandboxWorld.ClientPathOf(provider));

    /// <summary>Stops accepting connections, ends those open and releases its ports.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _certificate?.Dispose();
        World.Dispose();
    }

    private async Task StopAsync()
    {
        _idle.Dispose();
        using var now = new CancellationTokenSource();
        await now.CancelAsync().ConfigureAwait(false);
        await _app.StopAsync(now.Token).ConfigureAwait(false);
        _completion.TrySetResult();
    }

    private static Uri? Bound(IEnumerable<string> addresses, string scheme) =>
        addresses.Select(address => new Uri(new Uri(address), "/")).FirstOrDefault(address => address.Scheme == scheme);

    private static WebApplication Build(SandboxHostOptions options, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;

            // Without TLS nobody can agree on HTTP/2: a client would have to take it for granted, and then nobody could speak HTTP/1.1.
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
            if (certificate is not null)
                kestrel.Listen(IPAddress.Loopback, options.TlsPort ?? 0, listen => listen.UseHttps(certificate).Protocols = HttpProtocols.Http1AndHttp2);
        });
        return builder.Build();
    }

    private static async Task RouteAsync(HttpContext context, ProviderEndpoint providers, ControlEndpoint control, IdleWatch idle)
    {
        using var busy = idle.Busy();
        var path = context.Request.Path;
        var name = path.Value is { Length: > 1 } text && text.IndexOf('/', 1) is > 1 and var end ? text[1..end] : "";
        if (SandboxWorld.Providers.Contains(name) && path.StartsWithSegments("/" + name, StringComparison.Ordinal, out var rest))
            await providers.HandleAsync(name, rest.Value ?? "", context).ConfigureAwait(false);
        else
            await control.HandleAsync(path.Value ?? "", context).ConfigureAwait(false);
    }
}
