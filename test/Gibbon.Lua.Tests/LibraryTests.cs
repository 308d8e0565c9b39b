namespace Gibbon.Lua.Tests;

/// <summary>Libraries that plugins bring along elsewhere and find here: Penlight, LuaSocket's, dates, forms, YAML.</summary>
public sealed class LibraryTests(ModuleTests.Evaluator evaluator) : IClassFixture<ModuleTests.Evaluator>
{
    [Theory]
    [InlineData("table.concat(sx.split('a b  c'), '|') .. table.concat(sx.split('a,b,,c', ','), '|')", "a|b|ca|b||c")]
    [InlineData("sx.strip('  x y ') .. sx.strip('--x--', '-') .. tostring(sx.startswith('abc', 'ab')) .. tostring(sx.endswith('abc', { 'x', 'c' }))", "x yxtruetrue")]
    [InlineData("sx.join(',', { 1, 2 }) .. sx.replace('a.b.c', '.', '-') .. sx.count('aaa', 'aa') .. sx.rjust('7', 3, '0') .. sx.title('hello wORLD')", "1,2a-b-c1007Hello World")]
    [InlineData("sx.Template('$a ${b}'):substitute({ a = 1, b = 2 }) .. sx.shorten('abcdefghij', 8) .. table.concat({ sx.partition('a=b=c', '=') }, '|')", "1 2abcde...a|=|b=c")]
    [InlineData("table.concat(tx.map(function(x) return x * 2 end, { 1, 2 }), '|') .. tx.reduce('+', { 1, 2, 3 }) .. tostring(tx.deepcompare({ a = { 1 } }, { a = { 1 } }))", "2|46true")]
    [InlineData("tx.find({ 'a', 'b' }, 'b') .. tx.size({ a = 1, 2 }) .. table.concat(tx.filter({ 1, 2, 3 }, function(x) return x > 1 end), '|') .. tostring(pcall(function() tx.readonly({}).x = 1 end))", "222|3false")]
    [InlineData("tostring(List{ 3, 1, 2 }:sorted()) .. tostring(List{ 1 }:map(function(x) return x + 1 end)) .. tostring((List{ 1 } .. List{ 2 }):slice(2)) .. List{ 1, 2 }:join('-')", "{1,2,3}{2}{2}1-2")]
    [InlineData("tostring(require('pl.Set'){ 1, 2 } + require('pl.Set'){ 3 }) .. tostring(require('pl.Map'){ a = 1 })", "[1,2,3]{a=1}")]
    [InlineData("(function() local o = require('pl.OrderedMap')() o.z = 1 o.a = 2 return tostring(o) end)()", "{z=1,a=2}")]
    [InlineData("require('pl.path').join('a', 'b') .. require('pl.path').normpath('/a/./b/../c') .. require('pl.path').basename('/a/b.txt') .. require('pl.path').extension('x.tar.gz')", "a/b/a/cb.txt.gz")]
    [InlineData("require('pl.pretty').write({ 1, 'a', x = { y = true } }, '') .. tostring(require('pl.pretty').read('{ os.exit() }'))", "{1,\"a\",x={y=true}}nil")]
    [InlineData("require('pl.template').substitute('# for i = 1, 2 do\\n$(i) $(name)\\n# end\\n', { name = 'n' })", "1 n\n2 n\n")]
    [InlineData("(function() local A = class() function A:_init(x) self.x = x end local B = class(A) function B:_init(x) self:super(x + 1) end return tostring(B(1).x) .. tostring(B(1):is_a(A)) end)()", "2true")]
    [InlineData("require('pl.utils').split('a.b.c', '.', true)[3] .. require('pl.types').type(List{}) .. tostring(require('pl.types').to_bool('yes'))", "cListtrue")]
    public async Task Penlight_does_what_its_manual_says(string expression, string expected) => Assert.Equal(expected, await EvaluateAsync(expression));

    [Theory]
    [InlineData("date('2024-02-29T12:34:56Z'):fmt('%Y-%m-%d %H:%M:%S')", "2024-02-29 12:34:56")]
    [InlineData("date('2024-02-29'):addmonths(12):fmt('%F') .. date.diff('2024-03-01', '2024-02-28'):spandays()", "2025-02-282")]
    [InlineData("tostring(date('Thu, 29 Feb 2024 12:34:56 GMT') == date('2024-02-29T14:34:56+02:00'))", "true")]
    [InlineData("date('2024-02-29T12:34:56Z'):fmt('${http}') .. date(0):getweekday() .. tostring(pcall(date, 'rubbish'))", "Thu, 29 Feb 2024 12:34:56 GMT5false")]
    [InlineData("date('2024-12-30'):getisoyear() .. date('2024-12-30'):getisoweeknumber() .. date.isodate(2024, 9, 4):fmt('%F')", "202512024-02-29")]
    public async Task Dates_are_read_counted_and_written(string expression, string expected) => Assert.Equal(expected, await EvaluateAsync(expression));

    [Theory]
    [InlineData("yaml.load('a: 1\\nb: [x, \"2\", true, null]\\nc:\\n  d: 1.5').b[2]", "2")]
    [InlineData("json.encode(yaml.load('- 1\\n- a: ~\\n- \"~\"\\n- yes'))", "[1,{\"a\":null},\"~\",true]")]
    [InlineData("#yaml.load('--- 1\\n--- 2\\n', { all = true })", "2")]
    [InlineData("yaml.dump({ { a = { 1, 'x: y', true }, b = {}, c = '1' } })", "---\na:\n  - 1\n  - \"x: y\"\n  - true\nb: {}\nc: \"1\"\n...\n")]
    [InlineData("json.encode(yaml.load(yaml.dump({ { list = { { a = 1 }, { 2, 3 } }, text = 'line\\nline' } })).list)", "[{\"a\":1},[2,3]]")]
    [InlineData("tostring((pcall(yaml.load, 'a: [')))", "false")]
    public async Task YAML_is_read_and_written(string expression, string expected) => Assert.Equal(expected, await EvaluateAsync(expression));

    [Theory]
    [InlineData("(function() local t = {} ltn12.pump.all(ltn12.source.chain(ltn12.source.string('hello'), mime.encode('base64')), (ltn12.sink.table(t))) return table.concat(t) end)()", "aGVsbG8=")]
    [InlineData("(function() local t = {} ltn12.pump.all(ltn12.source.string('aGVsbG8='), ltn12.sink.chain(mime.decode('base64'), (ltn12.sink.table(t)))) return table.concat(t) end)()", "hello")]
    [InlineData("mime.b64('abc') .. mime.unb64('YWJj') .. mime.qp('a=b') .. mime.unqp('a=3D')", "YWJjabca=3Dba=")]
    [InlineData("(function() local form = multipart('--X\\r\\nContent-Disposition: form-data; name=\"a\"\\r\\n\\r\\n1\\r\\n--X--\\r\\n', 'multipart/form-data; boundary=X') form:set_simple('b', 'two', 'f.txt', 'text/plain') return form:get('a').value .. form:get_all().b .. form:tostring() end)()", "1two--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X\r\nContent-Disposition: form-data; name=\"b\"; filename=\"f.txt\"\r\nContent-Type: text/plain\r\n\r\ntwo\r\n--X--\r\n")]
    [InlineData("require('resty.url').parse('https://u:p@h.test/p?q').port .. require('resty.url').parse('https://u:p@h.test/p?q').path", "443/p?q")]
    public async Task Texts_pass_through_filters_and_forms(string expression, string expected) => Assert.Equal(expected, await EvaluateAsync(expression));

    [Theory]
    [InlineData("(function() local t = require('table.new')(1, 1) t.a = 1 require('table.clear')(t) return tostring(require('table.isempty')(t)) .. require('table.nkeys')({ 1, a = 2 }) .. tostring(require('table.isarray')({ 1 })) .. require('table.clone')({ a = 'x' }).a end)()", "true2truex")]
    [InlineData("require('string.buffer').new():put('a', 1):tostring() .. table.pack(1, nil).n .. table.unpack({ 'x' }) .. require('bit').band(6, 3)", "a12x2")]
    [InlineData("(function() local n = 0 for k, v in pairs(setmetatable({}, { __pairs = function() return next, { a = 1, b = 2 } end })) do n = n + v end return n end)()", "3")]
    [InlineData("select(2, pcall(pairs))", "bad argument #1 to 'pairs' (table expected, got nil)")]
    public async Task Extensions_of_the_language_are_there(string expression, string expected) => Assert.Equal(expected, await EvaluateAsync(expression));

    [Theory]
    [InlineData("require('kong.tools.http').encode_args({ a = { 1, 2 }, b = true, c = { d = 'e' } }, true)", "a[1]=1&a[2]=2&b=true&c.d=e")]
    [InlineData("require('kong.tools.http').parse_directive_header('max-age=5, no-store')['max-age'] .. require('kong.tools.http').get_response_type('text/html;q=0.5, text/plain')", "5text/plain; charset=utf-8")]
    [InlineData("require('kong.tools.uri').normalize('/a/./b/../%41//c', true) .. require('kong.tools.uri').normalize('/a/..') .. require('kong.tools.uri').escape('/a b')", "/a/A/c//a%20b")]
    [InlineData("require('kong.tools.ip').normalize_ip('::1').host .. require('kong.tools.ip').format_host('1.2.3.4', 80)", "0000:0000:0000:0000:0000:0000:0000:00011.2.3.4:80")]
    [InlineData("require('kong.tools.string').parse_ngx_size('5m') .. table.concat((require('kong.tools.string').splitn('a b c', ' ', 2)), '|') .. require('kong.tools.time').nginx_conf_time_to_seconds('1h 30m')", "5242880a|b c5400")]
    [InlineData("#require('kong.tools.rand').random_string() .. tostring(require('kong.tools.table').is_array({ 1, x = 2 })) .. require('kong.constants').LOG_LEVELS[4]", "32falseerror")]
    [InlineData("require('kong.tools.queue_schema').fields[1].max_batch_size.default .. require('kong.tools.queue_schema')({ type = 'set' }).type .. require('kong.tools.redis.schema').config_schema.fields[2].port.default", "1set6379")]
    public async Task The_tools_of_Kong_are_there(string expression, string expected) => Assert.Equal(expected, await EvaluateAsync(expression));

    [Fact]
    public async Task Files_and_folders_are_made_read_and_removed()
    {
        using var folder = new PluginFolder();
        string found = await EvaluateAsync($$"""
            (function()
              local dir, file, path, lfs = require("pl.dir"), require("pl.file"), require("pl.path"), require("lfs")
              local root = "{{folder.Path}}"
              assert(dir.makepath(root .. "/a/b"))
              assert(file.write(root .. "/a/b/c.txt", "text"))
              local names = {}
              for name in lfs.dir(root .. "/a/b") do names[#names + 1] = name end
              table.sort(names)
              local found = { file.read(root .. "/a/b/c.txt"), lfs.attributes(root .. "/a/b/c.txt", "size"), lfs.attributes(root .. "/a", "mode"), table.concat(names, ","),
                #dir.getallfiles(root), tostring(path.exists(root .. "/none")), select(2, lfs.mkdir(root .. "/a")), tostring(dir.rmtree(root .. "/a")), tostring(path.isdir(root .. "/a")) }
              return table.concat(found, "|")
            end)()
            """);

        Assert.Equal("text|4|directory|.,..,c.txt|1|nil|File exists|true|false", found);
    }

    private Task<string> EvaluateAsync(string expression) => evaluator.EvaluateAsync($$"""
        (function()
        local sx, tx, List, class, date = require("pl.stringx"), require("pl.tablex"), require("pl.List"), require("pl.class"), require("date")
        local ltn12, mime, multipart, yaml, json = require("ltn12"), require("mime"), require("multipart"), require("lyaml"), require("cjson")
        return {{expression}}
        end)()
        """);
}
