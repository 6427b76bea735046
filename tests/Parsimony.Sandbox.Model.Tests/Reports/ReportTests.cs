using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>The simulated vendors report what they charge, in pages, late where they are told to be.</summary>
public sealed class ReportTests
{
    private const string Day = "2026-11-01T00:00:00Z";
    private static readonly long Start = DateTimeOffset.Parse(Day, CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    [Fact]
    public async Task Anthropic_reports_in_cents_what_the_bill_has()
    {
        using var scene = new Scene();
        await AskAsync(scene, "anthropic", "claude-haiku-4-5", 3);

        var costs = Results(await ReportAsync(scene, "anthropic", $"/v1/organizations/cost_report?starting_at={Day}&group_by[]=description"));
        var usage = Results(await ReportAsync(scene, "anthropic", $"/v1/organizations/usage_report/messages?starting_at={Day}&group_by[]=model&group_by[]=service_tier&group_by[]=api_key_id"));

        Assert.Equal((decimal)scene.World.Bill.TotalPico / 10_000_000_000m, costs.Sum(row => decimal.Parse(row.GetProperty("amount").GetString() ?? "", CultureInfo.InvariantCulture)));
        Assert.Equal(["uncached_input_tokens", "output_tokens"], costs.Select(row => row.GetProperty("token_type").GetString()));
        Assert.Equal(scene.World.Bill.Lines.Sum(line => line.Usage.Output), Assert.Single(usage).GetProperty("output_tokens").GetInt64());
        Assert.Equal("standard", usage[0].GetProperty("service_tier").GetString());
    }

    [Fact]
    public async Task OpenAI_reports_in_dollars_what_the_bill_has()
    {
        using var scene = new Scene();
        await AskAsync(scene, "openai", "gpt-5-mini", 2);

        var costs = Results(await ReportAsync(scene, "openai", $"/v1/organization/costs?start_time={Start}&group_by=line_item"));
        var usage = Assert.Single(Results(await ReportAsync(scene, "openai", $"/v1/organization/usage/completions?start_time={Start}&group_by=model&group_by=batch&group_by=api_key_id")));

        Assert.Equal((decimal)scene.World.Bill.TotalPico / 1_000_000_000_000m, costs.Sum(row => row.GetProperty("amount").GetProperty("value").GetDecimal()));
        Assert.Equal(["gpt-5-mini, input", "gpt-5-mini, output"], costs.Select(row => row.GetProperty("line_item").GetString()));
        Assert.Equal((2, false), (usage.GetProperty("num_model_requests").GetInt32(), usage.GetProperty("batch").GetBoolean()));
        Assert.StartsWith("apikey_", usage.GetProperty("api_key_id").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_have_every_day_once()
    {
        using var scene = new Scene();
        await AskAsync(scene, "openai", "gpt-5-mini", 1);
        scene.Pass(TimeSpan.FromDays(9));
        await AskAsync(scene, "openai", "gpt-5-mini", 1);

        var days = new List<long>();
        var sum = 0m;
        var page = "";
        while (true)
        {
            var report = await ReportAsync(scene, "openai", $"/v1/organization/costs?start_time={Start}&limit=4{page}");
            days.AddRange(report.GetProperty("data").EnumerateArray().Select(bucket => bucket.GetProperty("start_time").GetInt64()));
            sum += Results(report).Sum(row => row.GetProperty("amount").GetProperty("value").GetDecimal());
            if (!report.GetProperty("has_more").GetBoolean())
            {
                break;
            }

            page = "&page=" + Uri.EscapeDataString(report.GetProperty("next_page").GetString() ?? "");
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(day => Start + (day * 86_400L)), days);
        Assert.Equal((decimal)scene.World.Bill.TotalPico / 1_000_000_000_000m, sum);
    }

    [Fact]
    public async Task Reports_lag_where_they_are_told_to()
    {
        using var scene = new Scene(new SandboxOptions { ReportLag = TimeSpan.FromMinutes(5) });
        await AskAsync(scene, "anthropic", "claude-haiku-4-5", 1);

        Assert.Empty(Results(await ReportAsync(scene, "anthropic", $"/v1/organizations/cost_report?starting_at={Day}")));
        scene.Pass(TimeSpan.FromMinutes(6));
        Assert.Single(Results(await ReportAsync(scene, "anthropic", $"/v1/organizations/cost_report?starting_at={Day}")));
    }

    [Theory]
    [InlineData("openai", "/v1/organization/costs?start_time=1", 403, "key")]
    [InlineData("anthropic", "/v1/organizations/cost_report?starting_at=2026-11-01", 403, "key")]
    [InlineData("anthropic", "/v1/organizations/cost_report", 400, "sk-ant-admin01")]
    [InlineData("anthropic", "/v1/organizations/cost_report?starting_at=2026-11-01&bucket_width=1h", 400, "sk-ant-admin01")]
    public async Task What_vendors_refuse_is_refused(string provider, string path, int status, string key)
    {
        using var scene = new Scene();

        Assert.Equal(status, (await scene.SendAsync(provider, "GET", path, key: key)).Status);
    }

    private static async Task AskAsync(Scene scene, string provider, string model, int times)
    {
        var path = provider == "openai" ? "/v1/chat/completions" : "/v1/messages";
        for (var time = 0; time < times; time++)
        {
            var body = System.Text.Encoding.UTF8.GetBytes($$"""{"model":"{{model}}","max_tokens":50,"messages":[{"role":"user","content":"Question {{time}}"}]}""");
            Assert.Equal(200, (await scene.SendAsync(provider, "POST", path, body)).Status);
        }
    }

    private static async Task<JsonElement> ReportAsync(Scene scene, string provider, string path)
    {
        var sent = await scene.SendAsync(provider, "GET", path, key: provider == "openai" ? "sk-admin-1" : "sk-ant-admin01");
        Assert.Equal(200, sent.Status);
        return sent.Json;
    }

    private static List<JsonElement> Results(JsonElement report) =>
        [.. report.GetProperty("data").EnumerateArray().SelectMany(bucket => bucket.GetProperty("results").EnumerateArray())];
}
