using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

internal sealed class PostgresObservationStore(PostgresDatabase database) : IObservationStore
{
    public Task RecordAsync(Observation observation, CancellationToken cancellationToken = default) => database.WriteAsync(
        Durability.Server,
        session => session.Use("AddObservation")
            .With((int)observation.Kind).With(observation.Provider.Value).With(observation.Model).With(observation.Size)
            .With(observation.Duration.Ticks).With(observation.At).RunAsync(session.Cancellation),
        cancellationToken);

    public Task<long> ReadNewestAsync(CancellationToken cancellationToken = default) => database.ReadAsync(
        async session => (await session.Use("ReadNewestObservation").ListAsync(static row => row.Int64(), session.Cancellation).ConfigureAwait(false))[0],
        cancellationToken);

    public Task<IReadOnlyList<Observation>> ReadAsync(ObservationKind kind, ProviderId provider, int max, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<Observation>>(
            async session => await session.Use("ReadObservations").With((int)kind).With(provider.Value).With(max).ListAsync(
                row => new Observation(kind, provider, row.Text(), row.Int32(), TimeSpan.FromTicks(row.Int64()), row.Time()),
                session.Cancellation).ConfigureAwait(false),
            cancellationToken);
}
