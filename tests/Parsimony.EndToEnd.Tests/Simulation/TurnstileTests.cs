using System.Diagnostics.Tracing;

namespace Parsimony.EndToEnd.Tests;

public sealed class TurnstileTests
{
    [Fact]
    public void A_stage_that_ends_on_another_thread_is_idle_when_its_turn_is_over()
    {
        // Its end is told, but its thread does not come to complete its task: a busy machine may keep it from its processor there.
        using var isOver = new ManualResetEventSlim();
        using var held = new HeldEnds(isOver);
        var work = new TaskCompletionSource<int>();
        var lane = new Turnstile("node-1/0");
        var thread = new Thread(() =>
        {
            HeldEnds.AreHere = true;
            work.SetResult(7);
        })
        {
            IsBackground = true,
        };
        lane.Start(
            "sender",
            () =>
            {
                _ = lane.PassAsync("before its effect", EffectKind.Store);
                return work.Task;
            },
            static _ => { });

        thread.Start();
        lane.Step(static _ => { });
        var (isIdle, result) = (lane.IsIdle, lane.Result);
        isOver.Set();
        thread.Join();

        Assert.True(isIdle);
        Assert.Equal(7, result);
    }

    /// <summary>Holds a thread where it is about to complete the task of an asynchronous method.</summary>
    private sealed class HeldEnds(ManualResetEventSlim until) : EventListener
    {
        private const EventKeywords AsyncCausalityOperation = (EventKeywords)0x08;

        [ThreadStatic]
        private static bool _areHere;

        public static bool AreHere { set => _areHere = value; }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Threading.Tasks.TplEventSource")
            {
                EnableEvents(eventSource, EventLevel.Informational, AsyncCausalityOperation);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (_areHere && eventData.EventName == "TraceOperationEnd")
            {
                until.Wait();
            }
        }
    }
}
