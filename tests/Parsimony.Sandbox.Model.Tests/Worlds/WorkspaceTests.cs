using System.Text;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>A key sees what belongs to its workspace: what stands before its first dot.</summary>
public sealed class WorkspaceTests
{
    private static readonly byte[] Anthropic = Encoding.UTF8.GetBytes(
        """{"requests":[{"custom_id":"a","params":{"model":"claude-haiku-4-5-20251001","max_tokens":16,"messages":[{"role":"user","content":"hello"}]}}]}""");

    [Fact]
    public async Task A_foreign_key_sees_no_batch_of_a_workspace_and_another_key_of_it_does()
    {
        using var scene = new Scene();
        var id = (await scene.SendAsync("anthropic", "POST", "/v1/messages/batches", Anthropic, key: "acme.first")).Of("id");

        Assert.Equal(200, (await scene.SendAsync("anthropic", "GET", "/v1/messages/batches/" + id, key: "acme.second")).Status);
        Assert.Equal(404, (await scene.SendAsync("anthropic", "GET", "/v1/messages/batches/" + id, key: "emca.first")).Status);
        Assert.Equal(404, (await scene.SendAsync("anthropic", "POST", $"/v1/messages/batches/{id}/cancel", key: "plain")).Status);
        Assert.Contains(id, (await scene.SendAsync("anthropic", "GET", "/v1/messages/batches", key: "acme.second")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(id, (await scene.SendAsync("anthropic", "GET", "/v1/messages/batches", key: "emca.first")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_key_sees_no_file_of_a_workspace()
    {
        using var scene = new Scene();
        var upload = Encoding.UTF8.GetBytes(
            "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n\r\n{}\r\n--b--\r\n");
        var id = (await scene.SendAsync("openai", "POST", "/v1/files", upload, "multipart/form-data; boundary=b", key: "acme.first")).Of("id");
        var create = Encoding.UTF8.GetBytes($$"""{"input_file_id":"{{id}}","endpoint":"/v1/responses","completion_window":"24h"}""");

        Assert.Equal(200, (await scene.SendAsync("openai", "GET", "/v1/files/" + id, key: "acme.second")).Status);
        Assert.Equal(404, (await scene.SendAsync("openai", "GET", "/v1/files/" + id, key: "emca.first")).Status);
        Assert.Equal(400, (await scene.SendAsync("openai", "POST", "/v1/batches", create, key: "emca.first")).Status);
        Assert.Equal(200, (await scene.SendAsync("openai", "POST", "/v1/batches", create, key: "acme.second")).Status);
    }
}
