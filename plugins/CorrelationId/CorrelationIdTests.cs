using System.Globalization;

namespace Gibbon.Plugins.CorrelationId;

public sealed class CorrelationIdTests
{
    [Theory]
    [InlineData("uuid", "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    [InlineData("uuid#counter", "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}#[0-9]+$")]
    [InlineData("tracker", "^127\\.0\\.0\\.1-[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+\\.[0-9]{3}$")]
    public async Task A_generated_id_goes_to_the_service_and_back_to_the_client(string generator, string pattern)
    {
        await using var scene = await Scene.StartAsync($"{{name: correlation-id, config: {{generator: '{generator}', echo_downstream: true}}}}");

        using var response = await scene.GetAsync("/x");

        Assert.Matches(pattern, scene.Received.Header("Kong-Request-ID"));
        Assert.Equal(scene.Received.Header("Kong-Request-ID"), response.Header("Kong-Request-ID"));
    }

    [Fact]
    public async Task The_counter_counts_from_1()
    {
        await using var scene = await Scene.StartAsync("{name: correlation-id}");

        for (var number = 1; number <= 3; number++)
        {
            await scene.GetAsync("/x");
            Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $"#{number}"), scene.Received.Header("Kong-Request-ID"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_clients_own_id_is_kept_and_not_echoed_unless_wanted()
    {
        await using var scene = await Scene.StartAsync("{name: correlation-id, config: {header_name: X-Id}}");

        using var response = await scene.GetAsync("/x", ("x-id", "mine"));

        Assert.Equal(("mine", null), (scene.Received.Header("X-Id"), response.Header("X-Id")));
    }
}
