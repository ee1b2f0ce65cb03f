var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseSluice();

var app = builder.Build();
app.MapGet("/", () => "Hello, World!");
app.Run();
