namespace Parsimony.Engine.Tests;

/// <summary>What may not be done with a request's data is not done, and the plan says so.</summary>
public sealed class ConstraintTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_may_not_be_stored_is_planned_as_a_plain_call_and_refused_where_it_would_be_stored()
    {
        await using var world = new EngineWorld();
        var request = Request("no_store");

        Assert.Equal("live: constraint no_store", world.Engine.Client.Plan(request).Reason);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => world.Engine.Intake.EnqueueAsync([request], Token));
        Assert.Equal("no_store", refused.Code);
        Assert.Null(await world.Store.Runs.ReadTotalsAsync("run", Token));
    }

    [Fact]
    public async Task A_region_is_served_by_the_connection_that_names_it_and_by_no_other()
    {
        await using var world = new EngineWorld(connect: static connection => connection with { Region = connection.CredentialName == "default" ? null : connection.CredentialName })
        {
            Keys = [("default", "one"), ("EU", "two")],
        };
        await world.RestartAsync();

        var planned = world.Engine.Client.Plan(Request("region=eu"));

        Assert.Equal("EU", planned.Profile.Credential);
        Assert.EndsWith(", constraint region=eu", planned.Reason, StringComparison.Ordinal);
        var refused = Assert.Throws<RequestRefusedException>(() => world.Engine.Client.Plan(Request("region=mars")));
        Assert.Equal("region", refused.Code);
        Assert.Contains("there is eu", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workloads_terms_hold_for_requests_that_say_nothing_and_their_constraints_for_all()
    {
        await using var world = new EngineWorld();
        var intake = new RequestIntake(world.Engine.Context, new IdSource(world.Clock))
        {
            Terms = static request => request.Dimensions.Component == "audit" ? new WorkloadTerms(RequestPriority.Low, DataConstraints.Parse("no_batch")) : WorkloadTerms.None,
        };
        var audited = Request("") with { Dimensions = new RequestDimensions(Component: "audit", Tags: "team=red") };

        var planned = intake.Prepare(audited, world.Clock.GetUtcNow());
        Assert.Equal(("live: constraint no_batch", RequestPriority.Low, "priority=1,team=red"), (planned.Reason, planned.Profile.Priority, planned.Profile.Tags));
        Assert.Equal(RequestPriority.High, intake.Prepare(audited with { Priority = RequestPriority.High }, world.Clock.GetUtcNow()).Profile.Priority);
        Assert.Equal(Route.Batch, intake.Prepare(Request(""), world.Clock.GetUtcNow()).Route);
    }

    private static IntakeRequest Request(string constraints) => new()
    {
        Envelope = new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("question")])] }.ToEnvelope(ModelId.Parse(EngineWorld.OpenAI)),
        Scope = "run",
        IsBulk = true,
        Constraints = DataConstraints.Parse(constraints),
    };
}
