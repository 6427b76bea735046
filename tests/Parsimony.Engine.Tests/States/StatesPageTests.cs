namespace Parsimony.Engine.Tests;

public sealed class StatesPageTests
{
    [Fact]
    public void The_page_shows_the_tables_of_legal_moves() =>
        Assert.Equal(StatesPage.Render(), RepositoryPage.Read("states.md"));

    [Fact]
    public void Every_state_can_be_reached_and_only_a_final_one_is_an_end()
    {
        Assert.All(Enum.GetValues<RequestState>().Where(state => state != RequestState.Queued), state => Assert.Contains(RequestMoves.All, move => move.To == state));
        Assert.All(Enum.GetValues<BatchState>().Where(state => state != BatchState.Filling), state => Assert.Contains(BatchMoves.All, move => move.To == state));
        Assert.All(Enum.GetValues<BatchState>(), state => Assert.Equal(BatchMoves.IsFinal(state), BatchMoves.All.All(move => move.From != state)));
        Assert.DoesNotContain(RequestMoves.All, move => move.From == RequestState.Answered);
    }

    [Fact]
    public void No_move_is_named_twice()
    {
        Assert.Equal(RequestMoves.All.Count, RequestMoves.All.DistinctBy(move => (move.From, move.To)).Count());
        Assert.Equal(BatchMoves.All.Count, BatchMoves.All.DistinctBy(move => (move.From, move.To)).Count());
    }

    [Fact]
    public void What_is_not_in_a_table_is_not_legal()
    {
        Assert.False(RequestMoves.IsLegal(RequestState.Sending, RequestState.Expired));
        Assert.False(RequestMoves.IsLegal(RequestState.Answered, RequestState.Queued));
        Assert.False(BatchMoves.IsLegal(BatchState.Collected, BatchState.Running));
        Assert.True(BatchMoves.IsLegal(BatchState.Cancelling, BatchState.Ended));
    }
}
