using System.Text.Json;
using Gibbon.Testing;

namespace Gibbon.Lua.Tests;

/// <summary>The modules that plugins require, in Lua as plugins would use them.</summary>
public sealed class ModuleTests(ModuleTests.Evaluator evaluator) : IClassFixture<ModuleTests.Evaluator>
{
    /// <summary>A gateway whose plugin answers with what the request's body says in Lua.</summary>
    public sealed class Evaluator : IAsyncLifetime
    {
        private LuaScene? _scene;

        public async ValueTask InitializeAsync() => _scene = await LuaScene.AccessAsync("""
            kong.response.exit(200, tostring(assert(loadstring("return " .. kong.request.get_raw_body()))()))
            """);

        public async Task<string> EvaluateAsync(string expression)
        {
            using var content = new StringContent(expression);
            using HttpResponseMessage response = await _scene!.Client.PostAsync(new Uri("/", UriKind.Relative), content, TestContext.Current.CancellationToken);
            string answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            // Only the log says why.
            return (int)response.StatusCode == 500 ? $"{answer}\n{_scene.Gateway.ErrorLog}" : answer;
        }

        public async ValueTask DisposeAsync() => await _scene!.DisposeAsync();
    }

    [Theory]
    [InlineData("require('cjson').encode({ 1, 2, 'x' })", """[1,2,"x"]""")]
    [InlineData("require('cjson').encode({})", "{}")]
    [InlineData("require('cjson').encode(setmetatable({}, require('cjson').array_mt))", "[]")]
    [InlineData("require('cjson').encode({ a = require('cjson').null })", """{"a":null}""")]
    [InlineData("require('cjson').encode('a/b')", "\"a\\/b\"")]
    [InlineData("require('cjson').encode(1e20) .. require('cjson').encode(0.1)", "1e+200.1")]
    [InlineData("tostring(require('cjson').decode('{\"a\":[1,{\"b\":null}]}').a[2].b == ngx.null)", "true")]
    [InlineData("select(2, require('cjson.safe').decode('{bad'))", "Expected object key string but found invalid token at character 2")]
    [InlineData("select(2, pcall(require('cjson').decode, '[1,]'))", "Expected value but found T_ARR_END at character 4")]
    [InlineData("select(2, pcall(require('cjson').encode, { print }))", "Cannot serialise function: type not supported")]
    [InlineData("require('cjson').decode('\"\\\\u00e4\\\\ud83d\\\\ude00\"')", "ä😀")]
    [InlineData("require('inspect')({ 1, 2, a = { b = 'c' } })", "{ 1, 2,\n  a = {\n    b = \"c\"\n  }\n}")]
    [InlineData("ngx.encode_base64('a?') .. ngx.decode_base64('YT8=') .. require('ngx.base64').encode_base64url('a?>')", "YT8=a?YT8-")]
    [InlineData("ngx.md5('x') .. require('resty.string').to_hex(ngx.sha1_bin('x'))", "9dd4e461268c8034f5c8564e155c67a611f6ad8ec52a2984abaafd7c3b516503785c2072")]
    [InlineData("ngx.escape_uri('a b/ä') .. ngx.unescape_uri('%41+b')", "a%20b%2F%C3%A4A b")]
    [InlineData("ngx.encode_args({ a = { 1, 2 } })", "a=1&a=2")]
    [InlineData("ngx.re.match('hello, 1234', '(?<word>[a-z]+), ([0-9]+)', 'jo').word", "hello")]
    [InlineData("ngx.re.match('ab', '(x)?(b)')[2] .. tostring(ngx.re.match('ab', '(x)?(b)')[1])", "bfalse")]
    [InlineData("(ngx.re.gsub('hello world', '([a-z])([a-z]*)', '$2-${1}$$'))", "ello-h$ orld-w$")]
    [InlineData("table.concat({ ngx.re.find('hello 123', '[0-9]+') }, ',')", "7,9")]
    [InlineData("(function() local t = {} for m in ngx.re.gmatch('a1b22', '[0-9]+') do t[#t + 1] = m[0] end return table.concat(t, ',') end)()", "1,22")]
    [InlineData("table.concat(require('ngx.re').split('a,b,,c', ','), '|')", "a|b||c")]
    [InlineData("require('socket.url').parse('http://u:p@h.test:81/p?q=1#f').host", "h.test")]
    [InlineData("require('socket.url').absolute('http://h/a/b', '../c')", "http://h/c")]
    [InlineData("tostring(require('kong.tools.utils').is_valid_uuid(require('kong.tools.uuid').uuid()))", "true")]
    [InlineData("table.concat(require('kong.tools.string').split('a.b.c', '.'), '|')", "a|b|c")]
    [InlineData("require('kong.tools.table').deep_copy({ a = { b = 'c' } }).a.b", "c")]
    [InlineData("require('kong.tools.gzip').inflate_gzip(require('kong.tools.gzip').deflate_gzip('packed'))", "packed")]
    [InlineData("ngx.http_time(1547047634) .. '=' .. ngx.parse_http_time('Wed, 09 Jan 2019 15:27:14 GMT')", "Wed, 09 Jan 2019 15:27:14 GMT=1547047634")]
    [InlineData("(function() local c = require('resty.lrucache').new(2) c:set('a', 1) c:set('b', 2) c:get('a') c:set('c', 3) return tostring(c:get('a')) .. tostring(c:get('b')) end)()", "1nil")]
    [InlineData("(function() local s = require('resty.sha256').new() s:update('a') s:update('b') return ngx.encode_base64(s:final()) end)()", "+44g/C5MPySMYMOb1lLzwTRymLuXe4tNWQO4UFViBgM=")]
    [InlineData("(function() local s = require('ngx.semaphore').new(0) ngx.thread.spawn(function() ngx.sleep(0.01) s:post(1) end) return tostring(s:wait(10)) end)()", "true")]
    [InlineData("(function() local l = require('resty.lock'):new('kong_locks') l:lock('k') return tostring((require('resty.lock'):new('kong_locks', { timeout = 0 })):lock('k')) .. tostring(l:unlock()) end)()", "nil1")]
    [InlineData("(function() local d = ngx.shared.kong d:set('n', 1) d:incr('n', 2) return d:get('n') .. tostring(d:add('n', 1)) .. tostring(d:get('none')) end)()", "3falsenil")]
    public async Task A_module_does_what_plugins_expect(string expression, string expected) =>
        Assert.Equal(expected, await evaluator.EvaluateAsync(expression));

    [Fact]
    public async Task A_client_of_HTTP_asks_other_servers_and_keeps_its_connections()
    {
        await using FakeUpstream other = FakeUpstream.Start(static request => UpstreamAnswer.Text($"{request.Method} {request.Target} {request.Text}"));
        await using LuaScene scene = await LuaScene.AccessAsync($$"""
            local http = require("resty.http")
            local results = {}
            for i = 1, 2 do
              local client = http.new()
              client:set_timeout(10000)
              local response = assert(client:request_uri("{{other.Url}}/path?q=" .. i, { method = "POST", body = "body" .. i, headers = { ["X-A"] = "1" } }))
              results[i] = response.status .. " " .. response.headers["content-type"] .. " " .. response.body
            end
            kong.response.exit(200, table.concat(results, "\n"))
            """);

        Assert.Equal("200 text/plain POST /path?q=1 body1\n200 text/plain POST /path?q=2 body2", await scene.GetAsync());
    }

    [Fact]
    public async Task A_connection_that_is_refused_is_no_error_but_a_reason()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local sock = ngx.socket.tcp()
            sock:settimeout(1000)
            local ok, err = sock:connect("127.0.0.1", 1)
            kong.response.exit(200, { ok = tostring(ok), err = err })
            """);

        JsonElement answer = JsonDocument.Parse(await scene.GetAsync()).RootElement;

        Assert.Equal("nil", answer.GetProperty("ok").GetString());
        Assert.Contains("efused", answer.GetProperty("err").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sock:setclientcert({}, {})", "nil bad client cert type")]
    [InlineData("sock:setclientcert(nil, {})", "nil client certificate must be supplied with corresponding private key")]
    [InlineData("sock:setoption('keepalive', true)", "nil not supported")]
    public async Task What_a_connection_cannot_do_it_does_not_claim_to_have_done(string call, string answer)
    {
        await using LuaScene scene = await LuaScene.AccessAsync($$"""
            local sock = ngx.socket.tcp()
            local ok, err = {{call}}
            kong.response.exit(200, tostring(ok) .. " " .. tostring(err))
            """);

        Assert.StartsWith(answer, await scene.GetAsync(), StringComparison.Ordinal);
    }
}
