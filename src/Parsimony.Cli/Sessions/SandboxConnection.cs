using System.Globalization;
using System.Text.Json;
using Parsimony.Providers;
using Parsimony.Sandbox.Model;

namespace Parsimony.Cli;

/// <summary>A sandbox as a session sees it: its address and its time.</summary>
/// <param name="Address">Base address.</param>
/// <param name="Clock">Sandbox time.</param>
/// <param name="Speed">Sandbox seconds a second.</param>
internal sealed record SandboxConnection(Uri Address, TimeProvider Clock, double Speed)
{
    private const int MostLooks = 5;
    private static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks a sandbox for its time.</summary>
    /// <exception cref="UserException">Nobody answers there, or not as a sandbox does.</exception>
    public static async Task<SandboxConnection> OpenAsync(string address, HttpClient http, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new UserException($"'{address}' is not an address. Pass what 'parsimony sandbox' printed, for example --sandbox http://127.0.0.1:8090.");
        }

        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(10));
            SandboxConnection? best = null;
            var shortest = TimeSpan.MaxValue;
            for (var look = 0; look < MostLooks && shortest > Prompt; look++)
            {
                var (connection, took) = await LookAsync(uri, http, limit.Token).ConfigureAwait(false);
                (best, shortest) = took < shortest ? (connection, took) : (best, shortest);
            }

            return best ?? throw new JsonException();
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new UserException(
                $"The certificate of {address} is not trusted here. On Linux, set SSL_CERT_FILE to the file that 'parsimony sandbox --certificate FILE' wrote; or pass the sandbox's http address.");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or KeyNotFoundException or FormatException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new UserException($"No sandbox answers at {address}. Start one with 'parsimony sandbox' and pass the address it prints.");
        }
    }

    // The reply was made somewhere between the question and now: what nobody knows is as much sandbox time as this machine was slow.
    private static async Task<(SandboxConnection Connection, TimeSpan Took)> LookAsync(Uri uri, HttpClient http, CancellationToken cancellationToken)
    {
        var asked = TimeProvider.System.GetTimestamp();
        var body = await http.GetByteArrayAsync(new Uri(uri, "sandbox/clock"), cancellationToken).ConfigureAwait(false);
        using var document = JsonDocument.Parse(body);
        var now = DateTimeOffset.Parse(document.RootElement.GetProperty("now").GetString() ?? "", CultureInfo.InvariantCulture);
        var speed = document.RootElement.GetProperty("speed").GetDouble();
        var took = TimeProvider.System.GetElapsedTime(asked);
        return (new SandboxConnection(uri, new ScaledClock(TimeProvider.System, now + (took / 2 * speed), speed), speed), took);
    }

    /// <summary>A key the sandbox takes.</summary>
    public static string KeyOf(ProviderId provider) => provider == ProviderId.Bedrock ? "sandbox:sandbox-secret" : "sandbox";

    /// <summary>Where in its simulated cloud a provider is; null for one that is in none.</summary>
    public CloudPlace? PlaceOf(ProviderId provider) =>
        provider == ProviderId.Fireworks ? new CloudPlace { Account = "sandbox" }
        : provider == ProviderId.Bedrock ? new CloudPlace
        {
            Location = "us-east-1",
            Storage = new Uri("s3://sandbox/parsimony"),
            StorageEndpoint = new Uri(Address, "s3"),
            Role = "arn:aws:iam::000000000000:role/sandbox",
        }
        : provider == ProviderId.VertexAI ? new CloudPlace
        {
            Account = "sandbox",
            Location = "us-central1",
            Storage = new Uri("gs://sandbox/parsimony"),
            StorageEndpoint = new Uri(Address, "gcs"),
        }
        : null;

    /// <summary>The base address of a provider.</summary>
    public Uri AddressOf(ProviderId provider)
    {
        var name = provider.Value.ToLowerInvariant();
        return new Uri(Address, SandboxWorld.Providers.Contains(name) ? name + SandboxWorld.ClientPathOf(name) : name);
    }
}
