extern "C" const char *helperGreeting() { return "hello"; }
