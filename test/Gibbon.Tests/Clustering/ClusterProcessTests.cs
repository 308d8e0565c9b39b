using System.Net;
using Gibbon.Testing;

namespace Gibbon.Tests.Clustering;

/// <summary>Control plane and data plane as processes, as they are run, and killed.</summary>
public sealed class ClusterProcessTests
{
    [Fact]
    public async Task A_data_plane_outlives_its_control_plane_without_losing_a_request_and_starts_without_it()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        using ClusterProcess control = ClusterProcess.ControlPlane();
        using ClusterProcess data = ClusterProcess.DataPlane(control.ClusterPort);
        await control.PostAsync("/services", $$"""{"name":"s","url":"{{upstream.Url}}"}""");
        await control.PostAsync("/services/s/routes", """{"name":"a","paths":["/a"]}""");
        await data.AnswersAsync("/a", HttpStatusCode.OK);

        // Killed and started again while requests come; what is written then arrives.
        using CancellationTokenSource done = new();
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(_ => AskUntil(data, done.Token))];
        control.Kill();
        Assert.Equal(HttpStatusCode.OK, (await data.GetAsync("/a")).StatusCode);
        control.Start();
        await control.PostAsync("/services/s/routes", """{"name":"b","paths":["/b"]}""");
        await data.AnswersAsync("/b", HttpStatusCode.OK);
        await done.CancelAsync();
        Assert.All(await Task.WhenAll(clients), static answered => Assert.True(answered > 0));

        // Nobody tells it what to serve, so it serves what it was told last.
        control.Kill();
        data.Stop();
        data.Start();
        Assert.Equal(HttpStatusCode.OK, (await data.GetAsync("/b")).StatusCode);
        data.Kill();
        data.Start();
        Assert.Equal(HttpStatusCode.OK, (await data.GetAsync("/a")).StatusCode);
    }

    private static async Task<int> AskUntil(ClusterProcess data, CancellationToken done)
    {
        int answered = 0;
        while (!done.IsCancellationRequested)
        {
            using HttpResponseMessage answer = await data.GetAsync("/a");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answered++;
            await Task.Delay(5, CancellationToken.None);
        }

        return answered;
    }
}
