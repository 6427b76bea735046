using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Parsimony.Providers.Tests;

/// <summary>What only a real connection shows: a body that ends early, a server that hangs up.</summary>
public class AnthropicSocketTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_cut_short_by_an_item_that_cannot_be_said_is_known_not_to_exist()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var received = ReceiveAsync(server, reply: null);
        // The first item is large enough to be on the wire before the second one fails.
        var input = AnthropicWorld.Input(new BatchItem("a", AnthropicWorld.Chat(new string('x', 500_000))), new BatchItem("b", AnthropicWorld.Chat("")));

        var outcome = await Provider(server).Batches.CreateAsync(input, StagedInput.Inline, Now);

        var failure = Assert.IsType<CreateOutcome.Refused>(outcome).Failure;
        Assert.Equal((FailureStage.Render, 2L), (failure.Stage, failure.Line));
        Assert.DoesNotContain("\r\n0\r\n\r\n", await received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_batch_is_sent_in_chunks_and_accepted()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var body = AnthropicWorld.Batch("msgbatch_5");
        var received = ReceiveAsync(server, $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");

        var outcome = await Provider(server).Batches.CreateAsync(
            AnthropicWorld.Input(new BatchItem("a", AnthropicWorld.Chat(new string('x', 500_000)))), StagedInput.Inline, Now);

        Assert.Equal(new CreateOutcome.Accepted("msgbatch_5"), outcome);
        Assert.Contains("Transfer-Encoding: chunked", await received, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_batch_whose_connection_is_closed_without_a_reply_may_exist()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var received = ReceiveAsync(server, reply: "");

        var outcome = await Provider(server).Batches.CreateAsync(AnthropicWorld.Input(new BatchItem("a", AnthropicWorld.Chat())), StagedInput.Inline, Now);

        Assert.Equal(FailureCause.Transport, Assert.IsType<CreateOutcome.Uncertain>(outcome).Failure.Cause);
        await received;
    }

    [Fact]
    public async Task A_batch_nobody_listened_to_does_not_exist()
    {
        // A port no system gives away: one that was free a moment ago may be somebody's by now.
        var outcome = await Provider(port: 1).Batches.CreateAsync(AnthropicWorld.Input(new BatchItem("a", AnthropicWorld.Chat())), StagedInput.Inline, Now);

        Assert.Equal(FailureCause.Transport, Assert.IsType<CreateOutcome.Refused>(outcome).Failure.Cause);
    }

    private static AnthropicProvider Provider(TcpListener server) => Provider(((IPEndPoint)server.LocalEndpoint).Port);

    private static AnthropicProvider Provider(int port) => new(
        new ProviderConnection { ApiKey = "k", Endpoint = new Uri($"http://127.0.0.1:{port}") },
        ProviderFactory.CreateHttpClient(),
        TimeProvider.System);

    /// <summary>Reads one request to its end, or to the end of the connection, and replies; null: reads on until the client goes.</summary>
    private static async Task<string> ReceiveAsync(TcpListener server, string? reply)
    {
        using var client = await server.AcceptTcpClientAsync(Now);
        var stream = client.GetStream();
        var text = new StringBuilder();
        var buffer = new byte[65_536];
        try
        {
            while (await stream.ReadAsync(buffer, Now) is var read and > 0)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
                if (reply is not null && text.ToString().EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal))
                {
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(reply), Now);
                    break;
                }
            }
        }
        catch (IOException)
        {
            // The client hung up: what came until then is what counts.
        }

        return text.ToString();
    }
}
