using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;
using Gibbon.Tests.Certificates;

namespace Gibbon.Tests.Storage;

public sealed class DeclarativeLoaderTests
{
    [Fact]
    public void Nested_entities_refer_to_what_they_are_nested_in()
    {
        var loaded = Declarations.Load("""
            _format_version: "3.0"
            services:
            - name: foo
              url: http://example.test/api
              routes:
              - name: r1
                paths: [/r1]
                plugins:
                - name: cors
            consumers:
            - username: bob
              keyauth_credentials:
              - key: secret
            """);
        var (service, route, plugin) = (loaded.One<Service>(), loaded.One<Route>(), loaded.One<Plugin>());
        Assert.Equal("2933fbcc-9d7c-54a7-a984-fe2bde836cea", service.Id.ToString());
        Assert.Equal("/api", service.Path);
        Assert.Equal(service.Id, route.Service?.Id);
        Assert.Equal(route.Id, plugin.Route?.Id);
        Assert.Equal("560b3b4c-34d8-5229-b857-ca18a6482700", plugin.Id.ToString());
        Assert.Equal(loaded.One<Consumer>().Id, loaded.One<KeyAuthCredential>().Consumer.Id);
        Assert.Equal(DeclarativeLoader.DefaultWorkspace, loaded.One<Workspace>().Id);
    }

    [Fact]
    public void References_by_name_by_id_and_by_object_lead_to_the_same()
    {
        var loaded = Declarations.Load("""
            _format_version: "3.0"
            services:
            - {name: a, id: bbbbbbbb-0000-4000-8000-000000000000, host: h}
            routes:
            - {name: x, paths: [/x], service: a}
            - {name: y, paths: [/y], service: bbbbbbbb-0000-4000-8000-000000000000}
            - {name: z, paths: [/z], service: {id: bbbbbbbb-0000-4000-8000-000000000000}}
            """);
        Assert.All(loaded.All<Route>(), route => Assert.Equal(loaded.One<Service>().Id, route.Service?.Id));
    }

    [Fact]
    public void A_plugin_for_a_route_and_a_consumer_may_be_nested_in_one_of_them()
    {
        var loaded = Declarations.Load("""
            _format_version: "3.0"
            consumers: [{username: bob}]
            routes:
            - {name: r, paths: [/], plugins: [{name: cors, consumer: bob}]}
            """);
        Assert.Equal(loaded.One<Consumer>().Id, loaded.One<Plugin>().Consumer?.Id);
        Assert.Equal(loaded.One<Route>().Id, loaded.One<Plugin>().Route?.Id);
    }

    [Fact]
    public void Entities_without_a_key_keep_their_id_as_long_as_they_say_the_same()
    {
        const string Text = "_format_version: \"3.0\"\nroutes:\n- paths: [/a]\n- paths: [/a]\n- paths: [/b]\n";
        var (first, second) = (Declarations.Load(Text).All<Route>(), Declarations.Load(Text).All<Route>());
        Assert.Equal(first.Select(static route => route.Id), second.Select(static route => route.Id));
        Assert.Equal(3, first.Select(static route => route.Id).Distinct().Count());
    }

    [Fact]
    public void Old_formats_have_their_paths_rewritten()
    {
        var loaded = Declarations.Load("_format_version: \"1.1\"\nservices:\n- {name: s, host: h, routes: [{name: r, paths: ['/a/\\d+', '/plain', '/a%7Bb/$']}]}\n");
        Assert.Equal([@"~/a/\d+", "/plain", @"~/a\{b/$"], loaded.One<Route>().Paths!);
    }

    [Fact]
    public void Comments_and_what_is_to_be_ignored_are_accepted_everywhere() => Declarations.Load("""
        _format_version: "3.0"
        _comment: hello
        _ignore: [{a: 1}]
        services: [{name: s, host: h, _comment: there, _ignore: [1]}]
        """);

    [Theory]
    [InlineData("", "hash of p")]
    [InlineData("_transform: false\n", "p")]
    public void Transformations_run_unless_the_file_says_otherwise(string line, string password)
    {
        var loaded = Declarations.Load($"_format_version: \"3.0\"\n{line}consumers: [{{username: u, basicauth_credentials: [{{username: u, password: p}}]}}]\n");
        Assert.Equal(password, loaded.One<BasicAuthCredential>().Password);
    }

    [Fact]
    public void Only_workspaces_make_an_empty_configuration()
    {
        Assert.Equal(ConfigurationHash.Empty, Declarations.Load("_format_version: \"3.0\"\nservices:\n").Hash);
        Assert.NotEqual(ConfigurationHash.Empty, Declarations.Load("_format_version: \"3.0\"\nservices: [{host: h}]\n").Hash);
    }

    [Fact]
    public void Consumer_groups_are_accepted_in_the_forms_decK_writes()
    {
        var loaded = Declarations.Load("""
            _format_version: "3.0"
            consumer_groups:
            - {name: gold, plugins: [{name: cors}], consumers: [{username: ann}]}
            - {name: silver, plugins: [{name: cors}]}
            consumers:
            - {username: bob, groups: [{name: gold}, silver]}
            - {username: ann}
            """);
        Assert.Equal(3, loaded.All<ConsumerGroupConsumer>().Count);
        Assert.Equal(2, loaded.All<Plugin>().Select(static plugin => plugin.Id).Distinct().Count());
    }

    [Fact]
    public void Server_names_may_be_nested_in_certificates()
    {
        var (certificate, key) = TestCertificates.For("a.test");
        var document = new ValueMap
        {
            ["_format_version"] = "3.0",
            ["certificates"] = new ValueList { new ValueMap { ["cert"] = certificate, ["key"] = key, ["snis"] = new ValueList { new ValueMap { ["name"] = "a.test" } } } },
        };
        Assert.True(new DeclarativeLoader(TestSchemas.Instance, TimeProvider.System).TryLoad(document, null, out var loaded, out var error), error?.Text);
        Assert.Equal(loaded.One<Certificate>().Id, loaded.One<Sni>().Certificate.Id);
    }

    [Theory]
    [InlineData("services:\n- x\n", "in 'services':\n  - in entry 1 of 'services': expected a record")]
    [InlineData("services: x\n", "in 'services': expected an array")]
    [InlineData("services: [{host: h, routes: 5}]\n", "in 'services':\n  - in entry 1 of 'services':\n    in 'routes': expected an array")]
    [InlineData("routes: [{paths: [/], service: 5}]\n", "in 'routes':\n  - in entry 1 of 'routes':\n    in 'service':\n      in 'id': missing primary key")]
    [InlineData("_transform: 1\n", "in '_transform': expected a boolean")]
    public void What_has_not_the_form_of_a_configuration_is_told_by_its_place(string text, string expected) =>
        Assert.Equal(expected, Declarations.Refuse("_format_version: \"3.0\"\n" + text).Text);

    [Fact]
    public void The_text_for_terminals_is_the_recorded_one()
    {
        var error = Declarations.Refuse("""
            _format_version: "3.0"
            services:
            - name: a
              host: h
              routes:
              - paths: [nope]
                protocols: [http, foo]
            - nme: b
            """);
        var recorded = RecordedData.Read("recorded/cli/cli.json")["cases"]!.AsArray().First(static item => (string)item!["case"]! == "config parse bad");
        Assert.StartsWith($"Error: Failed parsing:\n{error.Text}\n", (string)recorded!["stderr"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entity_that_is_there_twice_is_told_with_the_id_it_was_given()
    {
        var body = Declarations.Refuse("_format_version: \"3.0\"\nservices: [{name: a, host: h}, {name: a, host: i}]\n").ToBody(flatten: true);
        var flattened = Assert.IsType<ValueMap>(Assert.Single(body.GetList("flattened_errors")!));
        Assert.Equal(new DeterministicId("services").Of("a").ToString(), flattened.GetString("entity_id"));
        Assert.Equal("i", flattened.GetMap("entity")!.GetString("host"));
    }

    [Theory]
    [InlineData("x.txt", "unknown file type: x.txt. (Accepted types: json, yaml)")]
    [InlineData("x.json", "failed parsing declarative configuration: Expected object key string but found invalid token at character 2")]
    public void The_name_of_a_file_tells_how_to_read_it(string name, string expected) => Assert.Equal(expected, Declarations.Refuse("{_format_version: '3.0'}", name).Text);
}
