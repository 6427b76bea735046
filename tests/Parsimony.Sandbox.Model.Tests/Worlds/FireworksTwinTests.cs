using System.Text;

namespace Parsimony.Sandbox.Model.Tests;

public sealed class FireworksTwinTests : IDisposable
{
    private const string Datasets = "/v1/accounts/acme/datasets";

    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_job_passes_every_state_in_order_and_leaves_two_files()
    {
        var job = await _scene.FireworksJobAsync();
        var states = new List<string?>();
        for (var i = 0; i < 2_000; i++)
        {
            var state = (await _scene.GetAsync("fireworks", job)).GetProperty("state").GetString();
            if (states.LastOrDefault() != state)
                states.Add(state);
            _scene.Pass(TimeSpan.FromSeconds(1));
        }

        var files = await _scene.AddressesAsync("job-out");
        var results = await _scene.FetchAsync(files["BIJOutputSet.jsonl"]);

        Assert.Equal(["JOB_STATE_VALIDATING", "JOB_STATE_RUNNING", "JOB_STATE_WRITING_RESULTS", "JOB_STATE_COMPLETED"], states);
        Assert.Equal(10, results.Lines.Length);
        Assert.Contains("\"response\":{\"id\":", results.Lines[0], StringComparison.Ordinal);
        Assert.Empty((await _scene.FetchAsync(files["error-data"])).Body);
    }

    [Fact]
    public async Task A_signed_address_needs_no_key_and_lives_ten_minutes()
    {
        await _scene.FireworksJobAsync();
        _scene.Pass(TimeSpan.FromHours(1));
        var address = (await _scene.AddressesAsync("job-out"))["BIJOutputSet.jsonl"];

        Assert.Equal(200, (await _scene.SendAsync("fireworks", "GET", address.PathAndQuery, key: "")).Status);
        _scene.Pass(TimeSpan.FromMinutes(11));
        Assert.Equal(403, (await _scene.FetchAsync(address)).Status);
    }

    [Fact]
    public async Task One_bad_row_fails_the_whole_job_which_leaves_no_results()
    {
        var job = await _scene.FireworksJobAsync(OwnBatchGiven.Rows(3) + """{"custom_id":"x","body":{"messages":[{"role":"robot","content":"hi"}]}}""" + "\n");
        _scene.Pass(TimeSpan.FromHours(1));

        Assert.Equal("JOB_STATE_FAILED", (await _scene.GetAsync("fireworks", job)).GetProperty("state").GetString());
        Assert.Equal(404, (await _scene.CallAsync("fireworks", "GET", $"{Datasets}/job-out:getDownloadEndpoint")).Status);
        Assert.Empty(_scene.World.Bill.Lines);
    }

    [Fact]
    public async Task Ids_are_the_callers_and_none_is_given_twice()
    {
        await _scene.FireworksJobAsync();

        Assert.Equal(409, (await _scene.CallAsync("fireworks", "POST", Datasets, """{"datasetId":"job-in","dataset":{"exampleCount":"1"}}""")).Status);
        Assert.Equal(409, (await _scene.CallAsync("fireworks", "POST", "/v1/accounts/acme/batchInferenceJobs?batchInferenceJobId=job", """{"model":"m","inputDatasetId":"job-in"}""")).Status);
        Assert.Equal(400, (await _scene.CallAsync("fireworks", "POST", Datasets, """{"datasetId":"other","dataset":{}}""")).Status);
    }

    [Fact]
    public async Task A_large_file_is_put_at_a_signed_address_and_ready_when_it_is_validated()
    {
        await _scene.CallAsync("fireworks", "POST", Datasets, """{"datasetId":"large","dataset":{"exampleCount":"1"}}""");
        var offer = await _scene.CallAsync("fireworks", "POST", $"{Datasets}/large:getUploadEndpoint", """{"filenameToSize":{"in.jsonl":"1"}}""");
        var address = new Uri(offer.Json.GetProperty("filenameToSignedUrls").EnumerateObject().Single().Value.GetString()!);

        await _scene.SendAsync("fireworks", "PUT", address.PathAndQuery, Encoding.UTF8.GetBytes(OwnBatchGiven.Rows(1)), key: "");
        var before = (await _scene.GetAsync("fireworks", $"{Datasets}/large")).GetProperty("state").GetString();
        await _scene.CallAsync("fireworks", "POST", $"{Datasets}/large:validateUpload", "{}");

        Assert.Equal("UPLOADING", before);
        Assert.Equal("READY", (await _scene.GetAsync("fireworks", $"{Datasets}/large")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Deleting_a_running_job_stops_it_and_takes_its_results()
    {
        var job = await _scene.FireworksJobAsync(OwnBatchGiven.Rows(100));
        while (_scene.World.Bill.Lines.Count < 10)
            _scene.Pass(TimeSpan.FromSeconds(5));

        await _scene.CallAsync("fireworks", "DELETE", job);
        var billed = _scene.World.Bill.Lines.Count;
        _scene.Pass(TimeSpan.FromHours(2));

        Assert.Equal(404, (await _scene.CallAsync("fireworks", "GET", job)).Status);
        Assert.Equal(404, (await _scene.CallAsync("fireworks", "GET", $"{Datasets}/job-out")).Status);
        Assert.Equal(billed, _scene.World.Bill.Lines.Count);
    }
}
