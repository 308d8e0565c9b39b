namespace Gibbon.Plugins.Redirect;

public sealed class RedirectTests
{
    [Fact]
    public async Task Clients_are_sent_elsewhere()
    {
        await using var scene = await Scene.StartAsync("{name: redirect, config: {location: 'https://other.test/there?a=1'}}");

        using var response = await scene.GetAsync("/x");

        Assert.Equal((301, "https://other.test/there?a=1", "redirecting"), ((int)response.StatusCode, response.Header("Location"), await response.Content.ReadAsStringAsync()));
        Assert.Empty(scene.Upstream.Requests);
    }

    [Theory]
    [InlineData("https://Other.test:443/there?a=1#f", "/x/y?b=2", "https://other.test/x/y?b=2#f")]
    [InlineData("http://other.test:8080", "/", "http://other.test:8080/")]
    [InlineData("https://u:p@other.test/there", "/a%20b?c=%22", "https://u:p@other.test/a%20b?c=%22")]
    [InlineData("https://other.test", "//evil.test/x", "https://other.test/evil.test/x")]
    public async Task The_path_may_be_kept(string location, string path, string expected)
    {
        await using var scene = await Scene.StartAsync($"{{name: redirect, config: {{status_code: 308, keep_incoming_path: true, location: '{location}'}}}}");

        var raw = await scene.GetRawAsync(path);

        Assert.StartsWith("HTTP/1.1 308", raw, StringComparison.Ordinal);
        Assert.Contains($"Location: {expected}\n", raw.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }
}
