namespace Gibbon.Plugins.RequestSizeLimiting;

public sealed class RequestSizeLimitingTests
{
    [Theory]
    [InlineData("bytes", 10, 10, 200)]
    [InlineData("bytes", 10, 11, 413)]
    [InlineData("kilobytes", 1, 1024, 200)]
    [InlineData("kilobytes", 1, 1025, 413)]
    [InlineData("megabytes", 1, 1048576, 200)]
    [InlineData("megabytes", 1, 1048577, 413)]
    public async Task A_body_may_be_so_large_and_no_larger(string unit, int allowed, int length, int status)
    {
        await using var scene = await Scene.StartAsync($"{{name: request-size-limiting, config: {{allowed_payload_size: {allowed}, size_unit: {unit}}}}}");

        // What is refused by its length alone is refused before the body is sent.
        if (status == 413)
            Assert.StartsWith("HTTP/1.1 413 ", await scene.GetRawAsync("/x", $"Content-Length: {length}"), StringComparison.Ordinal);
        else
            Assert.Equal(status, (int)(await scene.SendAsync("POST", "/x", new ByteArrayContent(new byte[length]))).StatusCode);

        Assert.Equal(status, (int)(await scene.SendAsync("POST", "/x", new StreamContent(new Chunks(length)))).StatusCode);
    }

    [Fact]
    public async Task A_client_that_waits_is_told_that_its_expectation_failed()
    {
        await using var scene = await Scene.StartAsync("{name: request-size-limiting, config: {allowed_payload_size: 1, size_unit: bytes}}");

        Assert.Equal(
            (417, "Request size limit exceeded"),
            await (await scene.SendAsync("POST", "/x", new ByteArrayContent(new byte[2]), ("Expect", "100-continue"))).ErrorAsync());
    }

    [Fact]
    public async Task A_length_may_be_demanded()
    {
        await using var scene = await Scene.StartAsync("{name: request-size-limiting, config: {require_content_length: true}}");

        Assert.Equal((411, "A valid Content-Length header is required"), await (await scene.GetAsync("/x")).ErrorAsync());
        Assert.Equal(200, (int)(await scene.SendAsync("POST", "/x", new ByteArrayContent(new byte[2]))).StatusCode);
        Assert.Equal(200, (int)(await scene.SendAsync("POST", "/x", new StreamContent(new Chunks(5)))).StatusCode);
    }

    /// <summary>A stream that cannot say its length: it is sent in chunks.</summary>
    sealed class Chunks(int length) : MemoryStream(new byte[length])
    {
        public override bool CanSeek => false;
    }
}
