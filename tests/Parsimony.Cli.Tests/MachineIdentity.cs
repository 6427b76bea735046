using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Parsimony.Cli.Tests;

/// <summary>
/// Gives tokens as a machine of App Service does: GET with the header X-IDENTITY-HEADER
/// (https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference, read 2026-11-22).
/// </summary>
internal sealed class MachineIdentity : IAsyncDisposable
{
    public const string Token = "token-of-this-machine";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _answering;

    public MachineIdentity()
    {
        _listener.Start();
        _answering = AnswerAsync();
    }

    /// <summary>The request lines of those who were given a token.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public string Address => $"http://{_listener.LocalEndpoint}/msi/token";

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _answering;
        _listener.Dispose();
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var line = await reader.ReadLineAsync() ?? "";
        var isKnown = false;
        while (await reader.ReadLineAsync() is { Length: > 0 } header)
        {
            isKnown |= header.Equals("X-IDENTITY-HEADER: this-machine", StringComparison.OrdinalIgnoreCase);
        }

        var ends = TimeProvider.System.GetUtcNow().AddHours(24).ToUnixTimeSeconds();
        var body = isKnown
            ? string.Create(CultureInfo.InvariantCulture, $$"""{"access_token":"{{Token}}","expires_on":"{{ends}}","resource":"https://cognitiveservices.azure.com","token_type":"Bearer","client_id":"c"}""")
            : """{"statusCode":401,"message":"unknown"}""";
        if (isKnown)
        {
            Asked.Enqueue(line);
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"HTTP/1.1 {(isKnown ? 200 : 401)} -\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}")));
    }
}
