using System.Net;

namespace Gibbon.Lua.Tests;

/// <summary>What functions of the PDK answer and raise where the arguments are unusual, and what an answer of Lua's looks like to the client.</summary>
public sealed class PdkAnswerTests(ModuleTests.Evaluator evaluator) : IClassFixture<ModuleTests.Evaluator>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("kong.service.request.set_headers, { a = print }", "invalid header value for \"a\": got function, expected string, number, boolean or array of strings")]
    [InlineData("kong.service.request.set_header, 'a', print", "invalid header value for \"a\": got function, expected array of string, string, number or boolean")]
    [InlineData("kong.service.request.set_header, 'a', {}", "nil")]
    [InlineData("kong.service.request.set_header, '', 'x'", "nil")]
    [InlineData("kong.response.set_header, 'a', {}", "nil")]
    [InlineData("kong.response.exit, 200, 'x', { 'y' }", "invalid header name \"1\": got number, expected string")]
    [InlineData("kong.response.exit, 200, 'x', { a = { 1 } }", "invalid header value in array \"a\": got number, expected string")]
    [InlineData("kong.service.request.set_query, { a = print }", "attempt to use function as query arg value")]
    [InlineData("kong.service.request.set_body, { a = print }, 'application/x-www-form-urlencoded'", "attempt to use function as query arg value")]
    [InlineData("kong.service.request.set_body, { a = print }, 'multipart/form-data'", "invalid value \"a\": got function, expected string, number or boolean")]
    [InlineData("kong.service.request.set_body, { a = {} }, 'application/json'", "true")]
    [InlineData("kong.request.get_body, 'application/json', 0", "nil")]
    [InlineData("kong.request.get_body, 'application/x-www-form-urlencoded', 0", "max_args must be >= 1")]
    [InlineData("kong.request.get_body, {}", "bad argument #1 to 'lower' (string expected, got table)")]
    public async Task Arguments_are_judged_in_Kongs_words(string call, string expected) =>
        Assert.Equal(expected, await evaluator.EvaluateAsync($"(select(2, pcall({call})))"));

    [Theory]
    [InlineData("select(2, kong.vault.get())", "not a reference [nil]")]
    [InlineData("select(2, kong.vault.get('{vault://env/gibbon-none}'))", "could not get value from external vault (no value found)")]
    [InlineData("select(2, kong.vault.parse_reference('{vault://env/}'))", "reference url has empty path [{vault://env/}]")]
    [InlineData("kong.vault.update({ a = 'x', ['$refs'] = { a = '{vault://env/gibbon-none}' } }).a", "")]
    [InlineData("select(2, kong.client.tls.get_full_client_certificate_chain())", "connection is not TLS or TLS support for Nginx not enabled")]
    [InlineData("tostring(kong.router.get_route().priority) .. tostring(kong.router.get_route().ws_id == kong.default_workspace)", "niltrue")]
    [InlineData("tostring(kong.router.get_service().ws_id == kong.default_workspace)", "true")]
    public async Task Values_are_those_that_Kong_gives(string expression, string expected) => Assert.Equal(expected, await evaluator.EvaluateAsync(expression));

    [Fact]
    public async Task Several_cookies_are_one_text()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("kong.response.exit(200, kong.request.get_header('Cookie'))");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Cookie", ["a=1", "b=2"]);
        using HttpResponseMessage response = await scene.Client.SendAsync(request, Cancellation);

        Assert.Equal("a=1; b=2", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("kong.service.request.set_query({ b = { x = 1 }, a = true })", "/?a&b=1")]
    [InlineData("kong.service.request.set_query({ b = 'x y', a = false })", "/?&b=x%20y")]
    public async Task A_query_is_written_as_its_table_says(string code, string expected)
    {
        await using LuaScene scene = await LuaScene.AccessAsync(code);
        await scene.GetAsync();

        Assert.Equal(expected, Assert.Single(scene.Upstream.Requests).Target);
    }

    [Theory]
    [InlineData("return kong.response.exit(403)", 403, "text/html; charset=UTF-8", "<center><h1>403 Forbidden</h1></center>")]
    [InlineData("return ngx.exit(401)", 401, "text/html; charset=UTF-8", "<center><h1>401 Authorization Required</h1></center>")]
    [InlineData("return kong.response.exit(301, nil, { Location = '/x' })", 301, "text/html", "<center><h1>301 Moved Permanently</h1></center>")]
    [InlineData("return ngx.redirect('/x', 307)", 307, "text/html; charset=UTF-8", "<center><h1>307 Temporary Redirect</h1></center>")]
    [InlineData("return kong.response.exit(200, 'x', { content_type = 'text/plain' })", 200, "text/plain; charset=UTF-8", "x")]
    [InlineData("return kong.response.error(494)", 494, "application/json; charset=utf-8", "Request header or cookie too large")]
    [InlineData("ngx.status = 202; ngx.say('a', { 'b' })", 202, null, "ab\n")]
    public async Task Answers_look_as_Kongs_do(string code, int status, string? type, string body)
    {
        await using LuaScene scene = await LuaScene.AccessAsync(code);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = scene.Client.BaseAddress };
        using HttpResponseMessage response = await client.GetAsync(new Uri("/", UriKind.Relative), Cancellation);

        Assert.Equal((status, type), ((int)response.StatusCode, response.Content.Headers.ContentType?.ToString()));
        Assert.Contains(body, await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("return ngx.exit(444)")]
    [InlineData("return kong.response.exit(408, 'x')")]
    public async Task Some_statuses_close_the_connection_instead(string code)
    {
        await using LuaScene scene = await LuaScene.AccessAsync(code);

        await Assert.ThrowsAsync<HttpRequestException>(() => scene.Client.GetAsync(new Uri("/", UriKind.Relative), Cancellation));
    }

    [Fact]
    public async Task What_one_request_has_said_is_not_told_to_the_next()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            if kong.request.get_path() == "/lost" then
              ngx.print("secret of one")
              error("lost")
            end
            ngx.print("own")
            return ngx.exit(200)
            """);
        for (int i = 0; i < 4; i++)
        {
            using HttpResponseMessage lost = await scene.Client.GetAsync(new Uri("/lost", UriKind.Relative), Cancellation);
            Assert.Equal(HttpStatusCode.InternalServerError, lost.StatusCode);
            Assert.Equal("own", await scene.GetAsync());
        }
    }

    [Fact]
    public async Task A_status_set_in_access_gives_way_to_that_of_the_service()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("kong.response.set_status(418)");
        using HttpResponseMessage response = await scene.Client.GetAsync(new Uri("/", UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
