using System.Net.Sockets;
using Parsimony.Bench;

namespace Parsimony.Providers.Azure.Tests;

/// <summary>The object store that the benchmarks talk to.</summary>
public sealed class CloudServerTests
{
    // Where the server keeps what is uploaded.
    private const string Folder = "work";

    [Fact]
    public async Task Keeps_a_connection_for_the_calls_that_follow()
    {
        await using var server = new CloudServer(answerBytes: 1);
        var connections = 0;
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, token) =>
            {
                connections++;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler);

        for (var block = 0; block < 5; block++)
        {
            foreach (var query in new[] { "comp=block&blockid=1", "comp=blocklist" })
            {
                using var content = new ByteArrayContent(new byte[100_000]);
                using var reply = await http.PutAsync(new Uri(server.Address, $"blob/bench/{Folder}/input.jsonl?{query}"), content, TestContext.Current.CancellationToken);
                reply.EnsureSuccessStatusCode();
            }
        }

        Assert.InRange(connections, 1, 3);
    }
}
