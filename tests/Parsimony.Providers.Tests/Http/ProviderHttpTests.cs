using System.Net;
using System.Text;
using Parsimony.Testing;

namespace Parsimony.Providers.Tests;

public sealed class ProviderHttpTests
{
    private readonly ManualClock _clock = new();
    private readonly ScriptedHandler _handler = new();

    private ProviderHttp Http => new(new HttpClient(_handler) { Timeout = Timeout.InfiniteTimeSpan }, ProviderId.OpenAI, _clock);

    [Theory]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.NameResolutionError)]
    [InlineData(HttpRequestError.SecureConnectionError)]
    public async Task Knows_that_nothing_was_sent_when_no_connection_was_made(HttpRequestError error)
    {
        _handler.Throw(new HttpRequestException(error, "no"));
        Assert.Equal(FailureCause.Transport, Assert.IsType<HttpReply.Unsent>(await SendAsync()).Failure.Cause);
    }

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded)]
    [InlineData(HttpRequestError.Unknown)]
    [InlineData(HttpRequestError.InvalidResponse)]
    public async Task Counts_a_connection_that_broke_later_as_lost(HttpRequestError error)
    {
        _handler.Throw(new HttpRequestException(error, "no"));
        Assert.Equal(FailureCause.Transport, Assert.IsType<HttpReply.Lost>(await SendAsync()).Failure.Cause);
    }

    [Fact]
    public async Task Gives_up_at_the_limit_of_the_clock_when_the_head_stalls()
    {
        _handler.Then(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return new HttpResponseMessage();
        });
        var sending = SendAsync();
        Assert.False(sending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(FailureCause.Timeout, Assert.IsType<HttpReply.Lost>(await sending).Failure.Cause);
    }

    [Fact]
    public async Task Gives_up_at_the_limit_when_the_body_drips_on_and_lets_the_connection_go()
    {
        var body = new PiecewiseStream("{\"a\":"u8.ToArray(), 1, PiecewiseEnd.Hangs);
        _handler.ReplyStream(body);
        var sending = SendAsync(readsBody: true);
        Assert.False(sending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(FailureCause.Timeout, Assert.IsType<HttpReply.Lost>(await sending).Failure.Cause);
        Assert.True(body.IsDisposed);
    }

    [Fact]
    public async Task Throws_only_for_the_callers_own_cancel()
    {
        using var source = new CancellationTokenSource();
        _handler.Then(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return new HttpResponseMessage();
        });
        var sending = Http.SendAsync(Request, FailureStage.Create, TimeSpan.FromSeconds(30), OpenAIErrorReader.Instance, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task Reads_the_failure_with_its_wait_even_when_the_error_body_breaks_off()
    {
        var body = new PiecewiseStream("{\"error\":{\"code\":\"rate"u8.ToArray(), 4, PiecewiseEnd.Breaks);
        _handler.Then((_, _) =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Content = new StreamContent(body) };
            response.Headers.TryAddWithoutValidation("Retry-After", "12");
            return Task.FromResult(response);
        });
        var failure = Assert.IsType<HttpReply.Refused>(await SendAsync()).Failure;
        Assert.Equal(new ProviderFailure(FailureStage.Create, FailureCause.RateLimited, 429, TimeSpan.FromSeconds(12)), failure);
        Assert.True(body.IsDisposed);
    }

    [Fact]
    public async Task Takes_a_body_whose_rendering_failed_as_never_sent()
    {
        var failure = new ProviderFailure(FailureStage.Render, FailureCause.Unsupported, ProviderCode: "media_type", Line: 3);
        var content = new StreamedContent((_, _) => throw new ProviderException(ProviderId.OpenAI, failure), "application/json");
        var reply = await Http.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, "http://localhost/x") { Content = content },
            FailureStage.Create,
            TimeSpan.FromSeconds(30),
            OpenAIErrorReader.Instance,
            TestContext.Current.CancellationToken);
        Assert.Equal(failure, Assert.IsType<HttpReply.Unsent>(reply).Failure);
    }

    [Fact]
    public async Task Tells_a_stalled_and_a_broken_download_apart()
    {
        var hanging = new HttpResponseMessage { Content = new StreamContent(new PiecewiseStream("abc"u8.ToArray(), 3, PiecewiseEnd.Hangs)) };
        var stream = await Http.OpenAsync(hanging, FailureStage.Collect, TestContext.Current.CancellationToken);
        var buffer = new byte[10];
        Assert.Equal(3, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
        var reading = stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask();
        _clock.Advance(ProviderHttp.StallLimit);
        Assert.Equal(FailureCause.Timeout, (await Assert.ThrowsAsync<ProviderException>(() => reading)).Failure.Cause);

        var broken = new HttpResponseMessage { Content = new StreamContent(new PiecewiseStream([], 3, PiecewiseEnd.Breaks)) };
        stream = await Http.OpenAsync(broken, FailureStage.Collect, TestContext.Current.CancellationToken);
        var failure = (await Assert.ThrowsAsync<ProviderException>(() => stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask())).Failure;
        Assert.Equal(new ProviderFailure(FailureStage.Collect, FailureCause.Transport), failure);
    }

    [Fact]
    public async Task Ends_a_download_that_drips_beyond_the_total_limit()
    {
        var response = new HttpResponseMessage { Content = new StreamContent(new PiecewiseStream(Encoding.UTF8.GetBytes(new string('x', 100)), 1)) };
        var stream = await Http.OpenAsync(response, FailureStage.Collect, TestContext.Current.CancellationToken);
        var buffer = new byte[10];
        Assert.Equal(1, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
        _clock.Advance(ProviderHttp.DownloadLimit);
        var failure = (await Assert.ThrowsAsync<ProviderException>(() => stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask())).Failure;
        Assert.Equal(FailureCause.Timeout, failure.Cause);
    }

    [Theory]
    [InlineData(FailureStage.Create, 400, true)]
    [InlineData(FailureStage.Create, 404, true)]
    [InlineData(FailureStage.Create, 429, true)]
    [InlineData(FailureStage.Create, 302, true)]
    [InlineData(FailureStage.Create, 408, false)]
    [InlineData(FailureStage.Create, 409, false)]
    [InlineData(FailureStage.Create, 500, false)]
    [InlineData(FailureStage.Create, 503, false)]
    [InlineData(FailureStage.Create, 529, false)]
    [InlineData(FailureStage.Send, 503, true)]
    [InlineData(FailureStage.Send, 529, true)]
    [InlineData(FailureStage.Send, 424, false)]
    [InlineData(FailureStage.Send, 500, false)]
    [InlineData(FailureStage.Send, 502, false)]
    [InlineData(FailureStage.Send, 504, false)]
    public void Only_statuses_that_prove_it_count_as_refusals(FailureStage stage, int status, bool isRefusal) =>
        Assert.Equal(isRefusal, CallCertainty.IsRefusal(new ProviderFailure(stage, FailureCause.ServerError, status)));

    private static HttpRequestMessage Request() => new(HttpMethod.Get, "http://localhost/x");

    private Task<HttpReply> SendAsync(bool readsBody = false) => readsBody
        ? Http.SendForBodyAsync(Request, FailureStage.Create, TimeSpan.FromSeconds(30), OpenAIErrorReader.Instance, TestContext.Current.CancellationToken)
        : Http.SendAsync(Request, FailureStage.Create, TimeSpan.FromSeconds(30), OpenAIErrorReader.Instance, TestContext.Current.CancellationToken);
}
