namespace Parsimony.Sandbox.Model;

/// <summary>What a simulated provider answers; the host carries it to the wire.</summary>
public sealed class SandboxResponse
{
    /// <summary>HTTP status code.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Response headers; names compare without regard to case.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Produces the body into the stream; throws <see cref="SandboxDisconnectException"/> where the connection breaks in the middle.</summary>
    public Func<Stream, CancellationToken, Task> WriteBody { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>The connection is closed without a reply; the request may have been applied.</summary>
    public bool Disconnect { get; set; }

    /// <summary>Sandbox time to wait before the first byte.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Sandbox time to wait for each byte of the body; zero, the default, sends at full speed.</summary>
    public TimeSpan ByteDelay { get; set; }
}
