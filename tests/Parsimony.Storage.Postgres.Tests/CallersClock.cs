using System.Reflection;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>The time the callers of a store tell it: where a test says what time it is, leases are measured by that.</summary>
internal sealed class CallersClock : TimeProvider
{
    internal DateTimeOffset Now { get; set; } = Testing.Given.Now;

    public override DateTimeOffset GetUtcNow() => Now;

    /// <summary>The same store; whatever instant named <c>now</c> a verb is given becomes this clock's.</summary>
    internal IEngineStore Around(IEngineStore store) => new Told(this, store);

    private T Tell<T>(T verbs)
        where T : class
    {
        var proxy = DispatchProxy.Create<T, Listening>();
        ((Listening)(object)proxy).Listen(this, verbs);
        return proxy;
    }

    private sealed class Told(CallersClock clock, IEngineStore store) : IEngineStore
    {
        public IRequestStore Requests { get; } = clock.Tell(store.Requests);

        public IBatchStore Batches { get; } = clock.Tell(store.Batches);

        public ISubmissionStore Submissions { get; } = clock.Tell(store.Submissions);

        public IOrphanStore Orphans { get; } = clock.Tell(store.Orphans);

        public ISettlementStore Settlements { get; } = clock.Tell(store.Settlements);

        public ILedgerStore Ledger { get; } = clock.Tell(store.Ledger);

        public IBudgetStore Budgets { get; } = clock.Tell(store.Budgets);

        public IRunStore Runs { get; } = store.Runs;

        public IObservationStore Observations { get; } = store.Observations;

        public ISwitchStore Switches { get; } = store.Switches;

        public INodeStore Nodes { get; } = clock.Tell(store.Nodes);

        public INoticeStore Notices { get; } = store.Notices;

        public IPayloadStore Payloads { get; } = clock.Tell(store.Payloads);

        public IEngineLock Lock { get; } = store.Lock;

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }

    /// <summary>Reads the time off each call before it is passed on. Open to inheritance, as proxies are made by it.</summary>
    internal class Listening : DispatchProxy
    {
        private CallersClock? _clock;
        private object? _verbs;

        internal void Listen(CallersClock clock, object verbs) => (_clock, _verbs) = (clock, verbs);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Assert.NotNull(targetMethod);
            Assert.NotNull(_clock);
            var index = Array.FindIndex(targetMethod.GetParameters(), parameter => parameter.Name == "now");
            if (index >= 0 && args?[index] is DateTimeOffset now)
            {
                _clock.Now = now;
            }

            return targetMethod.Invoke(_verbs, BindingFlags.DoNotWrapExceptions, null, args, null);
        }
    }
}
