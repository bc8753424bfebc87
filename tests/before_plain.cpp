// Of tests without LibTorch.

void before_tests();
void before_tests() {}
