using Gibbon.Pdk.Entities;
using Gibbon.Routing;
using Gibbon.Settings;

namespace Gibbon.Tests.Routing;

/// <summary>The index must never change an answer: not by the number of routes, not by how the router came to be.</summary>
public sealed class RouterPropertyTests
{
    public static TheoryData<int, int> Sizes() => new() { { 0, 1 }, { 0, 99 }, { 0, 101 }, { 0, 10_000 }, { 1, 1 }, { 1, 99 }, { 1, 101 }, { 1, 10_000 }, { 2, 1 }, { 2, 99 }, { 2, 101 }, { 2, 10_000 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_router_answers_as_asking_every_route_in_order(int flavorNumber, int count)
    {
        RouterFlavor flavor = (RouterFlavor)flavorNumber;
        for (int seed = 0; seed < (count > 1000 ? 1 : 2000 / (count + 20)); seed++)
        {
            RandomRoutes random = new((seed * 31) + count);
            Route[] routes = [.. Enumerable.Range(0, count).Select(number => random.Next(flavor, number))];
            Router router = Router.Create(flavor, routes);
            Assert.Empty(router.Rejected);
            Compare(router, new NaiveRouter(flavor, routes), random, 60);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_router_that_came_by_changes_answers_as_one_made_at_once(int flavorNumber)
    {
        RouterFlavor flavor = (RouterFlavor)flavorNumber;
        RandomRoutes random = new(77 + flavorNumber);
        Dictionary<Guid, Route> routes = [];
        Router router = Router.Create(flavor, []);
        for (int step = 0; step < 60; step++)
        {
            Router before = router;
            Dictionary<Guid, Route> known = new(routes);
            Guid[] removed = [.. routes.Keys.Where((_, i) => i % 9 == step % 9).Take(4)];
            Route[] changed = [.. routes.Values.Where((_, i) => i % 11 == step % 11).Take(3).Select(route => random.Next(flavor, step) with { Id = route.Id })];
            Route[] added = [.. Enumerable.Range(0, 8).Select(_ => random.Next(flavor, step))];
            removed = [.. removed.Except(changed.Select(route => route.Id))];

            router = router.With(new RouterChanges([.. changed.Concat(added)], removed));
            foreach (Guid id in removed)
            {
                routes.Remove(id);
            }

            foreach (Route route in changed.Concat(added))
            {
                routes[route.Id] = route;
            }

            Assert.Equal(routes.Count, router.Count);
            Compare(router, new NaiveRouter(flavor, routes.Values), random, 30);
            Compare(before, new NaiveRouter(flavor, known.Values), random, 10);
        }

        Router empty = router.With(new RouterChanges([], [.. routes.Keys]));
        Assert.Equal(0, empty.Count);
        Assert.Null(random.Request().In(empty));
    }

    /// <summary>What changes much at once makes the index anew: that must not be seen, least of all by whoever still has the router before.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Many_changes_at_once_answer_as_few_do(int flavorNumber)
    {
        RouterFlavor flavor = (RouterFlavor)flavorNumber;
        RandomRoutes random = new(177 + flavorNumber);
        Dictionary<Guid, Route> routes = Enumerable.Range(0, 1500).Select(number => random.Next(flavor, number)).ToDictionary(static route => route.Id);
        Router router = Router.Create(flavor, routes.Values);
        for (int step = 0; step < 6; step++)
        {
            Router before = router;
            Dictionary<Guid, Route> known = new(routes);
            int most = step % 2 == 0 ? 5 : 700;
            Guid[] removed = [.. routes.Keys.Skip(step).Take(most)];
            Route[] changed =
            [
                .. routes.Values.Skip(step + most).Take(most).Select(route => random.Next(flavor, step) with { Id = route.Id }),
                .. Enumerable.Range(0, most).Select(_ => random.Next(flavor, step)),
            ];
            router = router.With(new RouterChanges(changed, removed));
            foreach (Guid id in removed)
            {
                routes.Remove(id);
            }

            foreach (Route route in changed)
            {
                routes[route.Id] = route;
            }

            Assert.Equal(routes.Count, router.Count);
            Compare(router, new NaiveRouter(flavor, routes.Values), random, 40);
            Compare(before, new NaiveRouter(flavor, known.Values), random, 20);

            // Of the router before, one by one: every candidate must still be found where it is.
            Router rest = before;
            foreach (Guid id in known.Keys.Take(30))
            {
                rest = rest.With(new RouterChanges([], [id]));
                known.Remove(id);
            }

            Compare(rest, new NaiveRouter(flavor, known.Values), random, 20);
        }
    }

    /// <summary>The explanation names who would win next: without the winner, that one does.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Without_the_winning_route_the_runner_up_wins(int flavorNumber)
    {
        RouterFlavor flavor = (RouterFlavor)flavorNumber;
        int withRunnerUp = 0;
        for (int seed = 0; seed < 12; seed++)
        {
            RandomRoutes random = new(1000 + seed);
            Route[] routes = [.. Enumerable.Range(0, 60).Select(number => random.Next(flavor, number))];
            Router router = Router.Create(flavor, routes);
            for (int i = 0; i < 40; i++)
            {
                RequestSample sample = random.Request();
                List<RouteVerdict> verdicts = router.Explain(sample.ToRequest());
                Assert.Equal(routes.Length, verdicts.Count);
                RouteVerdict[] matching = [.. verdicts.Where(static verdict => verdict.Matches)];
                Router rest = router;
                foreach (RouteVerdict expected in matching)
                {
                    Assert.Equal(expected.Route.Id, sample.In(rest)?.Route!.Id);
                    rest = rest.With(new RouterChanges([], [expected.Route.Id]));
                }

                Assert.Null(sample.In(rest));
                withRunnerUp += matching.Length > 1 ? 1 : 0;
            }
        }

        Assert.True(withRunnerUp > 50);
    }

    private static void Compare(Router router, NaiveRouter naive, RandomRoutes random, int requests)
    {
        for (int i = 0; i < requests; i++)
        {
            RequestSample sample = random.Request();
            RouteMatch? match = sample.In(router);
            (Guid Id, int Matched)? expected = naive.Find(sample);
            (Guid, int)? actual = match is { } found ? (found.Route!.Id, found.Path.Length) : null;
            Assert.True(expected == actual, $"{sample}: {expected} expected, {actual} found, {match?.Route}");
        }
    }
}
